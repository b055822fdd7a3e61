import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type BuildOptions, build } from "esbuild";
import { schedulesFile } from "../lambdas/contract.ts";
import { bundleOptions } from "../lib/constructs/function-bundle.ts";

/**
 * What CDK's NodejsFunction does without options for a runtime that has the SDK: CommonJS, not minified, the SDK left
 * out (https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs-readme.html).
 */
const cdkDefaults: BuildOptions = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  external: ["@aws-sdk/*", "@smithy/*"],
  logLevel: "error",
};

/**
 * Bundles an entry with the CDK's defaults; below the repository, so that the SDK is found as Lambda's runtime has it.
 * @param beside another bundle of the function, whose schedules are put beside this one too
 */
export async function defaultBundle(name: string, entry: string, beside?: string): Promise<string> {
  const directory = resolve(".build/bench", name);
  await build({ ...cdkDefaults, entryPoints: [entry], outfile: join(directory, "index.js") });
  await writeFile(join(directory, "package.json"), '{"type":"commonjs"}');
  if (beside) await copyFile(join(beside, schedulesFile), join(directory, schedulesFile));
  return directory;
}

/** Bundles an entry as we deploy it. */
export async function ownBundle(name: string, entry: string, alias: Record<string, string> = {}): Promise<string> {
  const directory = resolve(".build/bench", name);
  await mkdir(directory, { recursive: true });
  const options = { ...bundleOptions, alias: { ...bundleOptions.alias, ...alias } };
  await build({ ...options, entryPoints: [entry], outfile: join(directory, "index.cjs") });
  return directory;
}
