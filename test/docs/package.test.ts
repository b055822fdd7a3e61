import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";
import { promisify } from "node:util";
import { build, transform } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";

const run = promisify(execFile);
const { name, version } = JSON.parse(readFileSync("package.json", "utf8"));

/** A project of somebody else's, which has the package and nothing else. */
const project = mkdtempSync(join(tmpdir(), "foreign-project-"));
const installed = join(project, "node_modules", name);
const inPackage = (path: string) => readFileSync(join(installed, path), "utf8");
const manifest = () => JSON.parse(inPackage("package.json"));
const filesInPackage = () =>
  readdirSync(installed, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));

const env = { PATH: process.env.PATH, HOME: project, npm_config_cache: join(project, ".npm") };
const command = (...args: string[]) =>
  run("node", [join(installed, manifest().bin["toggl-insights"]), ...args], { cwd: project, env });
let tarball: string;
let said: { stdout: string; stderr: string };
let installedNames: string[];

beforeAll(async () => {
  await run("npm", ["run", "--silent", "package", "--", project], { maxBuffer: 2 ** 24 });
  tarball = `${name}-${version}.tgz`;
  writeFileSync(join(project, "package.json"), '{ "name": "theirs", "version": "1.0.0", "type": "module" }');
  said = await run("npm", ["install", "--offline", "--no-audit", "--no-fund", "--no-update-notifier", `./${tarball}`], {
    cwd: project,
    env,
  });
  installedNames = readdirSync(join(project, "node_modules")).filter((entry) => !entry.startsWith("."));
}, 120_000);

describe("the package", () => {
  it("is installed without anything else, and without a warning", () => {
    expect(said.stdout.trim()).toMatch(/^added 1 package in /);
    expect(said.stderr).toBe("");
    expect(installedNames).toEqual([name]);
  });

  it("has what it promises to have, and nothing of what it is made from", () => {
    const { bin, exports } = manifest();
    const promised = [
      bin["toggl-insights"],
      ...Object.values<Record<string, string>>(exports["."]).flatMap(Object.values),
    ];
    const paths = filesInPackage();
    expect(promised).toHaveLength(5);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...promised.map((path: string) => normalize(path)),
        "dist/page.json",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
      ]),
    );
    expect(paths.filter((path) => !/^(dist\/|package\.json$|[A-Z]+(\.md)?$)/.test(path))).toEqual([]);
  });

  it("needs no other package, runs no script, and may be published", () => {
    const fields = Object.keys(manifest());
    expect(fields).toEqual(expect.arrayContaining(["name", "version", "license", "files", "exports", "engines"]));
    expect(fields.filter((field) => /dependencies|scripts|private/i.test(field))).toEqual([]);
  });

  it("is small", () => {
    expect(readFileSync(join(project, tarball)).length).toBeLessThan(1_500_000);
  });

  it("has no link that leads nowhere", () => {
    const links = ["README.md", "CHANGELOG.md", "SECURITY.md"].flatMap((page) =>
      Array.from(inPackage(page).matchAll(/\]\(([^)\s]+)\)/g), ([, target = ""]) => ({ page, target })),
    );
    const inside = filesInPackage();
    const broken = links.filter(({ page, target }) => {
      const [path = ""] = target.split("#");
      return !/^(https?:|mailto:|#)/.test(target) && !inside.includes(normalize(join(dirname(page), path)));
    });
    expect(broken).toEqual([]);
  });

  it("imports nothing but Node's own, except in commands that need a clone", async () => {
    const entryPoints = ["dist/toggl-insights.mjs", "dist/client.mjs", "dist/cjs/client.js"].map((path) =>
      join(installed, path),
    );
    const { metafile } = await build({
      entryPoints,
      bundle: true,
      platform: "node",
      format: "esm",
      packages: "external",
      outdir: "out",
      write: false,
      metafile: true,
      logLevel: "error",
    });
    const outside = new Set<string>();
    const seen = new Set<string>();
    const walk = (file: string) => {
      if (seen.has(file) || /\/chunks\/(start|deploy)-\w+\.mjs$/.test(file)) return; // loaded where the sources are
      seen.add(file);
      for (const { path, external } of metafile.inputs[file]?.imports ?? []) external ? outside.add(path) : walk(path);
    };
    for (const entry of Object.values(metafile.outputs)) if (entry.entryPoint) walk(entry.entryPoint);
    expect(seen.size).toBeGreaterThan(20);
    expect(outside.size).toBeGreaterThan(5);
    expect([...outside].filter((path) => !isBuiltin(path))).toEqual([]);
  });
});

it("is made by npm run package alone: npm pack would put the product around it", async () => {
  await expect(run("npm", ["pack", "--pack-destination", project])).rejects.toMatchObject({
    stderr: expect.stringContaining("The package is made by: npm run package"),
  });
});

describe("in a project of somebody else's, the command line", () => {
  it("says its version", async () => {
    expect((await command("--version")).stdout).toBe(`${version}\n`);
  });

  it("says what it can do", async () => {
    expect((await command("--help")).stdout).toMatch(/^toggl-insights .*trends.*exports.*doctor/s);
  });
});

const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const content = "Project,Hours\n";
const file = { bytes: content.length, sha256: createHash("sha256").update(content).digest("hex") };
const problem = { code: "toggl_quota_exhausted", detail: "Spent.", status: 429, retryable: true };
let api: Listening;
const asked: string[] = [];

/** An API that has one schedule, one export, and no trends any more this hour. */
const answers: readonly (readonly [RegExp, number, () => object])[] = [
  [/^GET .*\/schedules$/, 200, () => ({ schedules: [{ name: "monthly", period: "previous-month" }] })],
  [/^GET .*\/exports\?.*status=failed/, 200, () => ({ exports: [{ id, status: "failed", problem }] })],
  [/^GET .*\/exports\/\w+$/, 200, () => published("succeeded")],
  [/^GET .*\/exports$/, 200, () => ({ exports: [] })],
  [/^GET .*\/names$/, 200, () => ({ projects: {}, users: {} })],
  [/^POST .*\/profitability\/projects.csv$/, 202, () => published("queued")],
  [/^POST .*\/data_trends\/projects$/, 429, () => problem],
];
const published = (status: string) => ({
  ...{ id, status, file, report: "profitability/projects", format: "csv", problem },
  download_url: `${api.url}/link`,
});

beforeAll(async () => {
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    request.resume().on("end", () => {
      asked.push(line);
      if (line === "GET /link") {
        response.setHeader("content-disposition", 'attachment; filename="october.csv"');
        return void response.end(content);
      }
      const [, status = 404, answer = () => ({})] = answers.find(([asks]) => asks.test(line)) ?? [];
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer()));
    });
  });
  api = await listenOnLoopback(server, 0);
});
afterAll(() => api.close());

/** Runs a program in the project. */
function running(file: string, text: string) {
  writeFileSync(join(project, file), text);
  return run("node", [file], { cwd: project, env: { ...env, TOGGL_INSIGHTS_API: api.url } });
}

type Module = "nodenext" | "node16" | "preserve";

/** What tsc says of programs in the project; empty if nothing is wrong. */
async function typeErrors(programs: Readonly<Record<string, string>>, module: Module): Promise<string> {
  const folder = mkdtempSync(join(project, "typed-"));
  mkdirSync(join(project, "node_modules/@types"), { recursive: true });
  if (!readdirSync(join(project, "node_modules/@types")).includes("node")) {
    symlinkSync(resolve("node_modules/@types/node"), join(project, "node_modules/@types/node"));
    symlinkSync(resolve("node_modules/undici-types"), join(project, "node_modules/undici-types"));
  }
  for (const [file, source] of Object.entries(programs)) writeFileSync(join(folder, file), source);
  const compilerOptions = {
    ...{ module, target: "ES2022", strict: true, noEmit: true, types: ["node"], skipLibCheck: false },
    ...(module === "preserve" && { moduleResolution: "bundler" }),
    ...{ allowImportingTsExtensions: true, resolveJsonModule: true },
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(programs) }));
  return run(resolve("node_modules/.bin/tsc"), ["-p", folder]).then(
    () => "",
    ({ stdout }) => String(stdout),
  );
}

const program = `
import { insightsClient } from "${name}";

const client = insightsClient({ baseUrl: process.env.TOGGL_INSIGHTS_API ?? "" });
console.log(JSON.stringify(await client.listExports(1234567)));
`;
const required = `
const { insightsClient, NoAnswer } = require("${name}");

const client = insightsClient({ baseUrl: process.env.TOGGL_INSIGHTS_API ?? "" });
client.listExports(1234567).then((page) => console.log(JSON.stringify(page), new NoAnswer("x").name));
`;
const common = required
  .replace(/const (.*) = require\((.*)\);/, "import $1 from $2;")
  .replace("client.listExports", "void client.listExports");

describe("in a project of somebody else's, the client", () => {
  it("calls the API, from ES modules and from CommonJS", async () => {
    expect((await running("program.mjs", program)).stdout).toBe('{"exports":[]}\n');
    expect((await running("program.cjs", required)).stdout).toBe('{"exports":[]} NoAnswer\n');
  });

  it.each<[Module, Record<string, string>]>([
    ["nodenext", { "program.mts": program, "program.cts": common }],
    ["node16", { "program.mts": program, "program.cts": common }],
    ["preserve", { "program.ts": program }],
  ])("has types that fit, with module %s", async (module, programs) => {
    expect(await typeErrors(programs, module)).toBe("");
  });

  it("has types that refuse what there is not", async () => {
    const errors = await typeErrors(
      {
        "workspace.mts": program.replace("1234567", '"acme"'),
        "report.mts": program.replace("1234567", '1, { report: "profit" }'),
        "status.mts": program.replace("1234567", '1, { status: "made" }'),
      },
      "nodenext",
    );
    expect(
      errors
        .match(/\w+\.mts\(\d+,\d+\): error TS\d+/g)
        ?.map((line) => line.replace(/\(.*\)/, ""))
        .sort(),
    ).toEqual(["report.mts: error TS2322", "status.mts: error TS2322", "workspace.mts: error TS2345"]);
  });

  it("has types that are what ours are with zod's", async () => {
    const names = [
      ...["Export", "ExportWithLink", "PublishedExport", "FailedExport", "ExportList", "ExportFile", "TogglUsage"],
      ...["Warning", "DownloadLink", "Names", "Problem", "FieldError", "Run", "RunRequest", "Schedule", "ScheduleList"],
      ...["Trend", "Trends", "FileRequests", "HistoryFilter"],
    ];
    const source = `
import type * as theirs from "${name}";
import type * as ours from "${resolve("client/index.ts")}";
type Same<A, B> = (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : false;
type Plain<T> = T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
export const same: { ${names.map((one) => `${one}: Same<theirs.${one}, ours.${one}>`).join("; ")} } = {
  ${names.map((one) => `${one}: true`).join(", ")} };
export const isAny: Same<theirs.Export, unknown> = false;
`;
    expect(await typeErrors({ "same.ts": source }, "preserve")).toBe("");
  });
});

describe("docs/client.md", () => {
  const page = readFileSync("docs/client.md", "utf8");
  const examples = Array.from(page.matchAll(/```ts\n([\s\S]*?)```/g), ([, text = ""]) => text);
  const shown: readonly RegExp[] = [
    /^monthly previous-month\n$/,
    /^succeeded\n$/,
    new RegExp(`^${id} toggl_quota_exhausted\n$`),
    /^toggl_quota_exhausted undefined\n$/,
    /^GET \/workspace\/1234567\/names\n$/,
  ];

  it("has examples whose types fit", async () => {
    expect(examples).toHaveLength(shown.length);
    const programs = Object.fromEntries(examples.map((example, at) => [`example-${at}.mts`, example]));
    expect(await typeErrors(programs, "nodenext")).toBe("");
  });

  it.each(shown.map((output, at) => ({ at, output })))("has example $at show $output", async ({ at, output }) => {
    const example = examples[at] ?? "";
    asked.length = 0;
    const { stdout, stderr } = await running(`example-${at}.mjs`, (await transform(example, { loader: "ts" })).code);
    expect(stdout + stderr).toMatch(output);
    if (example.includes("writeFile")) expect(readFileSync(join(project, "october.csv"), "utf8")).toBe(content);
    if (example.includes("loadTrends")) expect(asked).toHaveLength(1);
  });

  it("names every method of the client, and what it throws", () => {
    const methods = Array.from(page.matchAll(/^\| `(\w+)\(workspace/gm), ([, method]) => method).sort();
    const source = readFileSync("client/insights-client.ts", "utf8");
    const [, declared = ""] = /interface InsightsClient \{\n([\s\S]*?)\n\}/.exec(source) ?? [];
    expect(methods).toEqual(Array.from(declared.matchAll(/^ {2}(\w+)(?=[<(])/gm), ([, method]) => method).sort());
    for (const thrown of ["ApiProblem", "ForeignAnswer", "NoAnswer", "DownloadError", "RegionMissing"])
      expect(page).toContain(`| \`${thrown}\``);
  });
});
