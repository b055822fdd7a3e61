import { writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import { type BuildOptions, buildSync } from "esbuild";
import { type FunctionName, functions } from "../../lambdas/contract.ts";
import { type Built, keptBuild } from "./kept-build.ts";

/** How a function is bundled; the figures behind each choice are in docs/decisions/0003. */
export const bundleOptions: BuildOptions = {
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

/** Files beside a bundle, by name. */
export type BundledFiles = Readonly<Record<string, string>>;

/**
 * A function's code: one file with everything that it needs, the AWS SDK too. CDK's NodejsFunction does the same in a
 * process of its own for each function, which takes longer than the bundling.
 * @param name the function's folder in lambdas/
 * @param files what lies beside it
 */
export function functionBundle(name: FunctionName, files: BundledFiles): Code {
  // The folder tells one function's asset from another's: the CDK bundles what looks the same only once.
  return Code.fromAsset(join("lambdas", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry("unused"), // the type wants one; nothing here needs Docker
      environment: { ...files }, // only tells apart what else would look the same
      local: {
        tryBundle(outputFolder) {
          for (const { path, text } of bundled(name)) writeFileSync(join(outputFolder, basename(path)), text);
          for (const [name, contents] of Object.entries(files)) writeFileSync(join(outputFolder, name), contents);
          return true;
        },
      },
    },
  });
}

/** A bundle or its source map. */
interface BuiltFile {
  readonly path: string;
  readonly text: string;
}

let bundles: readonly BuiltFile[] | undefined;

/** A bundle and its source map. All are made at once, and once for the same sources: they share most of what has to be read. */
function bundled(name: FunctionName): readonly BuiltFile[] {
  bundles ??= keptBuild(resolve(".build", "functions.json"), bundleAll);
  return bundles.filter(({ path }) => dirname(path) === name);
}

function bundleAll(): Built<readonly BuiltFile[]> {
  const outdir = resolve(".build", "functions"); // named only, nothing is written there
  const { outputFiles, metafile } = buildSync({
    ...bundleOptions,
    entryPoints: Object.keys(functions).map((each) => `lambdas/${each}/index.ts`),
    outbase: "lambdas",
    outdir,
    outExtension: { ".js": ".cjs" },
    write: false,
    metafile: true,
  });
  const result = outputFiles.map(({ path, text }) => ({ path: relative(outdir, path), text }));
  const how = ["package-lock.json", "lib/constructs/function-bundle.ts", "lambdas/contract.ts"];
  return { result, inputs: [...how, ...Object.keys(metafile.inputs)] };
}
