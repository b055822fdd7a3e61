import { readdirSync, readFileSync } from "node:fs";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { type FunctionName, functions } from "../lambdas/contract.ts";
import { builtFunctions } from "../lib/constructs/built-functions.ts";

/** Who may import whom among our own files; the first pattern that fits a file counts. */
const rules: [who: RegExp, mayImport: RegExp][] = [
  [/^api\//, /^api\//],
  [/^bin\/app\.ts$/, /^(cli\/output\.ts$|lib\/)/],
  [/^bin\/toggl-insights\.ts$/, /^cli\/[^/]+$/],
  [/^scripts\//, /^(api\/|bench\/|cli\/(output|json-schema|start\/start-local)\.ts$|console\/[^/]+$|lib\/)/],
  [/^bench\//, /^(api\/|bench\/|cli\/start\/start-local\.ts$|lib\/|local\/|lambdas\/(core\/|contract\.ts$))/],
  [
    /^cli\//,
    /^(api\/|cli\/|client\/|console\/[^/]+$|lib\/|local\/|lambdas\/core\/|docs\/openapi\.json$|package\.json$)/,
  ],
  [/^client\/backfill-plan\.ts$/, /^(api\/|client\/backfill\.ts$|lambdas\/core\/)/],
  [/^client\//, /^(api|client)\//],
  [
    /^console\/page\//,
    /^(api\/|console\/page\/|lambdas\/core\/schedules\/|client\/(backfill|follow-exports|trend-summary)\.ts$)/,
  ],
  [/^console\//, /^(api\/|client\/|console\/(reference\/)?[^/]+$|local\/(listening|serve-fetch)\.ts$|lambdas\/core\/)/],
  [/^lib\//, /^(api\/|lib\/|lambdas\/(core\/|contract\.ts$))/],
  [/^local\//, /^(api\/|local\/|lambdas\/(core\/|contract\.ts$))/],
  [/^lambdas\/contract\.ts$/, /^api\/routes\.ts$/],
  [/^lambdas\/core\//, /^(api\/|lambdas\/core\/)/],
  [/^lambdas\/http\//, /^(api\/|lambdas\/(core|http)\/)/],
  [/^lambdas\/adapters\//, /^(api\/|lambdas\/(core\/|adapters\/|contract\.ts$))/],
  [
    /^lambdas\/[^/]+\/index\.ts$/,
    /^lambdas\/(adapters\/|http\/|contract\.ts$|(load-trends|create-export|browse-exports|list-names|run-export|watch-schedules|send-notices|authorize-caller)\/handler\.ts$)/,
  ],
  [
    /^lambdas\/[^/]+\//,
    /^(api\/|lambdas\/(core|http|load-trends|create-export|browse-exports|list-names|run-export|watch-schedules|send-notices|authorize-caller)\/)/,
  ],
];

/** Packages that the rules of the product may use: they touch nothing outside. */
const purePackages = /^(zod|ulid|croner|date-fns|@date-fns)\b|^node:(crypto|buffer|util)$/;

const entries = [
  "bin/app.ts",
  "bin/toggl-insights.ts",
  "scripts/bench.ts",
  "scripts/build-page.ts",
  "scripts/config-schema.ts",
  "scripts/openapi.ts",
  "scripts/sbom.ts",
  "scripts/screenshots.ts",
  "client/index.ts",
  "console/page/app.tsx",
  "console/start-console.ts",
  ...Object.keys(functions).map(entryOf),
];
let inputs: Metafile["inputs"];

beforeAll(async () => {
  const options = {
    entryPoints: entries,
    bundle: true,
    write: false,
    metafile: true,
    outdir: ".",
    logLevel: "silent",
  } as const;
  const jsx = { jsx: "automatic", jsxImportSource: "preact" } as const;
  const { metafile } = await build({ ...options, platform: "node", format: "esm", packages: "external", ...jsx });
  inputs = metafile.inputs;
});

function entryOf(name: string): string {
  return `lambdas/${name}/index.ts`;
}

/** All imports, also those of types alone, which esbuild leaves out. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const relative = Array.from(source.matchAll(/from "(\.[^"]+)"/g), ([, path = ""]) =>
    new URL(path, `file:///${file}`).pathname.slice(1),
  );
  return [
    ...new Set([
      ...relative,
      ...(inputs[file]?.imports ?? []).filter(({ external }) => !external).map(({ path }) => path),
    ]),
  ];
}

it("has files import only those that the house allows", () => {
  const trespasses = Object.keys(inputs).flatMap((file) => {
    const [, mayImport] = rules.find(([who]) => who.test(file)) ?? [];
    return importsOf(file)
      .filter((imported) => !mayImport?.test(imported))
      .map((imported) => `${file} → ${imported}`);
  });
  expect(Object.keys(inputs).length).toBeGreaterThan(80);
  expect(trespasses).toEqual([]);
});

it("never has one function import another", () => {
  const between = Object.keys(inputs).flatMap((file) => {
    const own = /^lambdas\/([a-z]+-[a-z]+)\//.exec(file)?.[1];
    return importsOf(file).filter(
      (imported) => own && /^lambdas\/[a-z]+-[a-z]+\//.test(imported) && !imported.startsWith(`lambdas/${own}/`),
    );
  });
  expect(between).toEqual([]);
});

it("gives functions their ports and nothing else of the world outside", () => {
  const all = readdirSync("lambdas", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const own = all.map((file) => [file, readFileSync(`lambdas/${file}`, "utf8")] as const);
  expect(own.length).toBeGreaterThan(80);
  const soup = own.filter(([, source]) => /(interface|type) \w+Needs\b/.test(source));
  expect(soup.map(([file]) => file)).toEqual([]);
  // An adapter makes a port: what only hands on arguments is a port that is missing.
  const wiring = own.filter(([file, source]) => file.endsWith("/index.ts") && source.includes("=>"));
  expect(wiring.map(([file]) => file)).toEqual([]);
});

it("keeps the rules free of SDK, network, clock and process", () => {
  for (const file of Object.keys(inputs).filter((path) => path.startsWith("lambdas/core/"))) {
    const packages = (inputs[file]?.imports ?? []).filter(({ external }) => external).map(({ path }) => path);
    expect(
      packages.filter((name) => !purePackages.test(name)),
      file,
    ).toEqual([]);
    expect(readFileSync(file, "utf8"), file).not.toMatch(/\b(process\.|Date\.now|new Date\(\)|fetch\(|setTimeout)/);
  }
});

/** What a command loads before it is known which: everything that is imported by name, and not when it is called. */
function loadedAtOnce(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind, external } of inputs[file]?.imports ?? []) {
    if (kind !== "import-statement") continue;
    if (external) seen.add(path);
    else loadedAtOnce(path, seen);
  }
  return seen;
}

it("has a command load what it needs the repository or an AWS client for only when it is called", () => {
  const loaded = [...loadedAtOnce("bin/toggl-insights.ts")];
  expect(loaded).toContain("cli/commands/deploy.ts");
  const heavy =
    /^(aws-cdk-lib|constructs|esbuild|@aws-cdk|@aws-sdk|@inquirer|playwright|vitest)|^cli\/(start|cost|smoke)\/|^local\/(?!listening|serve-fetch|loopback-guard)/;
  expect(loaded.filter((path) => heavy.test(path))).toEqual([]);
});

it("has the console's page make do with two libraries", () => {
  const packages = Object.entries(inputs)
    .filter(([file]) => file.startsWith("console/page/"))
    .flatMap(([, { imports }]) => imports.filter(({ external }) => external).map(({ path }) => path));
  expect([...new Set(packages.map((name) => name.replace(/^preact\/.*/, "preact")))].sort()).toEqual([
    "@observablehq/plot",
    "preact",
  ]);
});

it("reads the environment of a function in one place", () => {
  const readers = Object.keys(inputs).filter(
    (file) => file.startsWith("lambdas/") && readFileSync(file, "utf8").includes("process.env"),
  );
  expect(readers).toEqual(["lambdas/adapters/aws/environment.ts"]);
});

it("lists the bucket in two places: one reads to the end, one gives pages with a cursor", () => {
  const listing = Object.keys(inputs).filter(
    (file) => file.startsWith("lambdas/") && readFileSync(file, "utf8").includes("new ListObjectsV2Command"),
  );
  expect(listing.sort()).toEqual(["lambdas/adapters/s3/export-records.ts", "lambdas/adapters/s3/json-objects.ts"]);
});

/** Five in a hundred above what each bundle had when it was last looked at, in bytes. */
const maxBytes: Record<FunctionName, number> = {
  "load-trends": 243_900,
  "create-export": 546_300,
  "browse-exports": 408_700,
  "list-names": 402_800,
  "run-export": 616_200,
  "watch-schedules": 394_100,
  "send-notices": 200_900,
  "authorize-caller": 60_500,
};

/** What costs more than it gives: HTTP clients beside Node's own, places where Lambda has no credentials, event streams. */
const forbiddenPackages =
  /node_modules\/(undici|axios|@aws-sdk\/(lib-storage|credential-provider-(?!env\/)[^/]+|nested-clients|token-providers)|@smithy\/(credential-provider-imds|fetch-http-handler|core\/dist-es\/submodules\/event-streams))\//;

describe.each(Object.keys(functions) as FunctionName[])("the bundle of %s", (name) => {
  const { files, sources } = builtFunctions()[name];

  it("carries no infrastructure, local mode or test code, and no package that costs more than it gives", () => {
    expect(sources).toContain(entryOf(name));
    expect(
      sources.filter((path) =>
        /^(bench|bin|cli|client|lib|local|scripts|test)\/|node_modules\/(aws-cdk-lib|constructs)\//.test(path),
      ),
    ).toEqual([]);
    expect(sources.filter((path) => /node_modules\/zod\/v4\/(classic|locales)\//.test(path))).toEqual([]);
    expect(sources.filter((path) => forbiddenPackages.test(path))).toEqual([]);
  });

  it("is as small as it was made", () => {
    const bytes = Buffer.byteLength(files["index.cjs"] ?? "");
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(maxBytes[name]);
  });
});
