import { basename, dirname, resolve } from "node:path";
import { type BuildOptions, buildSync } from "esbuild";
import { type FunctionName, functions } from "../../lambdas/contract.ts";
import { type Built, keptBuild } from "./kept-build.ts";

/** How a function is bundled; the figures behind each choice are in docs/decisions/0003. */
const bundleOptions: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs", // an ES module that imports node:http makes Node load its whole fetch, half of a cold start
  target: "node20", // the very bundle that deploys also runs on a laptop's Node 20
  supported: { "dynamic-import": false }, // the SDK imports node:http so at its first call, with the same effect
  minify: true,
  mainFields: ["module", "main"],
  alias: {
    "@aws-sdk/credential-provider-node": "./lambdas/adapters/aws/lambda-credentials.ts",
    "@smithy/core/event-streams": "./lambdas/adapters/aws/no-event-streams.ts",
  },
  sourcemap: "external", // there to decode a stack trace with, never loaded
  sourcesContent: false,
  logLevel: "warning",
};

/** What esbuild makes of one function. */
interface BuiltFunction {
  /** The bundle and its source map, by the name under which each is deployed. */
  readonly files: Readonly<Record<string, string>>;
  /** Every source that has a byte in the bundle, of packages too; paths from the repository's root. */
  readonly sources: readonly string[];
}

let built: Readonly<Record<FunctionName, BuiltFunction>> | undefined;

/** All functions: made at once, since they share most of what has to be read, and once for the same sources. */
export function builtFunctions(): Readonly<Record<FunctionName, BuiltFunction>> {
  built ??= keptBuild(resolve(".build", "functions.json"), bundleAll);
  return built;
}

function bundleAll(): Built<Record<FunctionName, BuiltFunction>> {
  const names = Object.keys(functions) as FunctionName[];
  const outdir = ".build/functions"; // named only, nothing is written there
  const { outputFiles, metafile } = buildSync({
    ...bundleOptions,
    entryPoints: names.map((name) => `lambdas/${name}/index.ts`),
    outbase: "lambdas",
    outdir,
    outExtension: { ".js": ".cjs" },
    write: false,
    metafile: true,
  });
  const madeOf = (name: FunctionName): BuiltFunction => {
    const own = outputFiles.filter(({ path }) => dirname(path) === resolve(outdir, name));
    const { inputs = {} } = metafile.outputs[`${outdir}/${name}/index.cjs`] ?? {};
    return {
      files: Object.fromEntries(own.map(({ path, text }) => [basename(path), text])),
      sources: Object.keys(inputs).filter((source) => (inputs[source]?.bytesInOutput ?? 0) > 0),
    };
  };
  const result = Object.fromEntries(names.map((name) => [name, madeOf(name)])) as Record<FunctionName, BuiltFunction>;
  const how = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "lib/constructs/built-functions.ts",
    "lambdas/contract.ts",
  ];
  return { result, inputs: [...how, ...Object.keys(metafile.inputs)] };
}
