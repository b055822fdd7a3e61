import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { serveFetch } from "../../local/serve-fetch.ts";

const run = promisify(execFile);
const { name, version, dependencies } = JSON.parse(readFileSync("package.json", "utf8"));

/** A project of somebody else's, which has the package and nothing else. */
const project = mkdtempSync(join(tmpdir(), "foreign-project-"));
const installed = join(project, "node_modules", name);
let packed: { readonly filename: string; readonly size: number; readonly files: readonly { readonly path: string }[] };

const command = (...args: string[]) =>
  run("node", [join(installed, manifest().bin["toggl-insights"]), ...args], {
    cwd: project,
    env: { PATH: process.env.PATH, HOME: project },
  });
const manifest = () => JSON.parse(readFileSync(join(installed, "package.json"), "utf8"));

beforeAll(async () => {
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", project], { maxBuffer: 2 ** 24 });
  const report = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
  packed = Array.isArray(report) ? report[0] : (report[name] ?? report);
  mkdirSync(installed, { recursive: true });
  await run("tar", ["-xzf", join(project, packed.filename), "--strip-components=1", "-C", installed]);
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
});

describe("the package", () => {
  it("has what it promises to have, and nothing of what it is made from", () => {
    const { bin, exports } = manifest();
    const promised = [bin["toggl-insights"], exports["."].types, exports["."].default].map((path) =>
      path.replace("./", ""),
    );
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([...promised, "dist/page.json", "README.md", "LICENSE", "CHANGELOG.md"]),
    );
    expect(paths.filter((path) => !/^(dist\/|package\.json$|[A-Z]+(\.md)?$)/.test(path))).toEqual([]);
  });

  it("is small, and may be published", () => {
    expect(packed.size).toBeLessThan(1_500_000);
    expect(manifest().private).toBeUndefined();
  });

  it("imports nothing but Node's own and its dependencies, except in commands that need a clone", async () => {
    const entryPoints = ["dist/toggl-insights.mjs", "dist/client.mjs"].map((path) => join(installed, path));
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
    const packageOf = (path: string) => path.split("/", path.startsWith("@") ? 2 : 1).join("/");
    expect(outside.size).toBeGreaterThan(5);
    expect([...outside].filter((path) => !isBuiltin(path) && !(packageOf(path) in dependencies))).toEqual([]);
  });

  it("builds nothing where it is installed", () => {
    const scripts = Object.keys(manifest().scripts); // npm runs "prepare" of a folder or a git address only
    expect(scripts.filter((script) => /^(pre|post)?install$/.test(script))).toEqual([]);
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

describe("in a project of somebody else's, the client", () => {
  let api: Listening;
  beforeAll(async () => {
    api = await serveFetch(async (request) =>
      Response.json({ exports: [], unreadable: [], asked: new URL(request.url).pathname }),
    );
  });
  afterAll(() => api.close());

  const program = `
import { insightsClient } from "${name}";

const client = insightsClient({ baseUrl: process.argv[2] ?? "" });
const history = await client.listExports(1234567);
console.log(JSON.stringify(history));
`;

  it("calls the API", async () => {
    writeFileSync(join(project, "program.mjs"), program);
    const { stdout } = await run("node", ["program.mjs", api.url], { cwd: project });
    expect(JSON.parse(stdout)).toMatchObject({ exports: [], asked: "/workspace/1234567/exports" });
  });

  const typeCheck = async (source: string, module: "nodenext" | "preserve") => {
    const folder = mkdtempSync(join(project, "typed-"));
    mkdirSync(join(project, "node_modules/@types"), { recursive: true });
    if (!readdirSync(join(project, "node_modules/@types")).includes("node")) {
      symlinkSync(resolve("node_modules/@types/node"), join(project, "node_modules/@types/node"));
      symlinkSync(resolve("node_modules/undici-types"), join(project, "node_modules/undici-types"));
      symlinkSync(resolve("node_modules/zod"), join(project, "node_modules/zod")); // a dependency: npm installs it beside
    }
    writeFileSync(join(folder, "program.ts"), source);
    const settings = { module, target: "ES2022", strict: true, noEmit: true, types: ["node"], skipLibCheck: false };
    const compilerOptions = module === "preserve" ? { ...settings, moduleResolution: "bundler" } : settings;
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
    return run(resolve("node_modules/.bin/tsc"), ["-p", folder]).then(
      () => "",
      ({ stdout }) => String(stdout),
    );
  };

  it.each(["nodenext", "preserve"] as const)("has types that fit, with module %s", async (module) => {
    expect(await typeCheck(program, module)).toBe("");
  });

  it("has types that refuse a workspace that is no number", async () => {
    expect(await typeCheck(program.replace("1234567", '"acme"'), "nodenext")).toMatch(/error TS2345/);
  });
});
