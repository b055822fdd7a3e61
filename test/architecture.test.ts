import { readFileSync } from "node:fs";
import { build, type Metafile } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { functions } from "../lambdas/contract.ts";
import { bundleOptions } from "../lib/constructs/function-bundle.ts";

/** Who may import whom among our own files; the first pattern that fits a file counts. */
const rules: [who: RegExp, mayImport: RegExp][] = [
  [/^bin\/bench\.ts$/, /^bench\//],
  [/^bench\//, /^(bench\/|bin\/start-local\.ts$|lib\/|local\/|lambdas\/(core\/|contract\.ts$))/],
  [/^bin\//, /^(bin\/|cli\/|client\/|console\/[^/]+$|lib\/|local\/|lambdas\/core\/|package\.json$)/],
  [
    /^cli\//,
    /^(cli\/|client\/|console\/(start-console|saved-page|page-guard)\.ts$|local\/listening\.ts$|docs\/openapi\.json$|lib\/config\/config\.ts$|lambdas\/core\/)/,
  ],
  [/^client\/backfill-plan\.ts$/, /^lambdas\/core\//],
  [/^client\//, /^client\//],
  [/^console\/page\//, /^console\/page\//],
  [/^console\//, /^(client\/|console\/[^/]+$|local\/(listening|serve-fetch)\.ts$|lambdas\/core\/)/],
  [/^lib\//, /^(lib\/|lambdas\/(core\/|contract\.ts$))/],
  [/^local\//, /^(local\/|lambdas\/(core\/|contract\.ts$))/],
  [/^lambdas\/contract\.ts$/, /^$/],
  [/^lambdas\/core\//, /^lambdas\/core\//],
  [/^lambdas\/http\//, /^lambdas\/(core|http)\//],
  [/^lambdas\/adapters\//, /^lambdas\/(core\/|adapters\/|contract\.ts$)/],
  [
    /^lambdas\/[^/]+\/index\.ts$/,
    /^lambdas\/(adapters\/|http\/|contract\.ts$|(load-trends|create-export|browse-exports|list-names|run-export|watch-schedules|send-notices|authorize-caller)\/handler\.ts$)/,
  ],
  [
    /^lambdas\/[^/]+\//,
    /^lambdas\/(core|http|load-trends|create-export|browse-exports|list-names|run-export|watch-schedules|send-notices|authorize-caller)\//,
  ],
];

/** Packages that the rules of the product may use: they touch nothing outside. */
const purePackages = /^(zod|ulid|croner|date-fns|@date-fns)\b|^node:(crypto|buffer)$/;

const entries = [
  "bin/app.ts",
  "bin/local.ts",
  "bin/config-schema.ts",
  "bin/tick.ts",
  "bin/backfill.ts",
  "bin/bench.ts",
  "bin/doctor.ts",
  "bin/smoke-aws.ts",
  "bin/openapi.ts",
  "bin/toggl-insights.ts",
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
const mostBytes: Record<string, number> = {
  "load-trends": 243_900,
  "create-export": 546_300,
  "browse-exports": 408_700,
  "list-names": 402_800,
  "run-export": 585_400,
  "watch-schedules": 394_100,
  "send-notices": 200_900,
  "authorize-caller": 60_500,
};

/** What costs more than it gives: HTTP clients beside Node's own, places where Lambda has no credentials, event streams. */
const forbiddenPackages =
  /node_modules\/(undici|axios|@aws-sdk\/(lib-storage|credential-provider-(?!env\/)[^/]+|nested-clients|token-providers)|@smithy\/(credential-provider-imds|fetch-http-handler|core\/dist-es\/submodules\/event-streams))\//;

describe.each(Object.keys(functions))("the bundle of %s", (name) => {
  let paths: string[];
  let bytes: number;
  beforeAll(async () => {
    const { sourcemap: _, ...options } = bundleOptions;
    const entryPoints = [entryOf(name)];
    const { metafile, outputFiles } = await build({ ...options, entryPoints, write: false, metafile: true });
    const [output] = Object.values(metafile.outputs);
    const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
    paths = used.map(([path]) => path);
    bytes = outputFiles[0]?.contents.length ?? 0;
  });

  it("carries no infrastructure, local mode or test code, and no package that costs more than it gives", () => {
    expect(
      paths.filter((path) =>
        /^(bench|bin|cli|client|lib|local|test)\/|node_modules\/(aws-cdk-lib|constructs)\//.test(path),
      ),
    ).toEqual([]);
    expect(paths.filter((path) => /node_modules\/zod\/v4\/(classic|locales)\//.test(path))).toEqual([]);
    expect(paths.filter((path) => forbiddenPackages.test(path))).toEqual([]);
  });

  it("is as small as it was made", () => {
    const most = mostBytes[name];
    expect(bytes).toBeLessThan(most ?? 0);
  });
});
