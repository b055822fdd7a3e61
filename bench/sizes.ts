import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { type BuildOptions, build } from "esbuild";
import { schedulesFile } from "../lambdas/contract.ts";
import { builtFunctions } from "../lib/constructs/built-functions.ts";
import type { Row } from "./stage.ts";

/** Each bundle as it is deployed, in KB of 1,000 bytes. */
export function measureSizes(): Row[] {
  const sizes = Object.entries(builtFunctions()).map(([name, { files }]) => {
    const bundle = files["index.cjs"] ?? "";
    return { name, kb: Buffer.byteLength(bundle) / 1000, gzipKb: gzipSync(bundle).length / 1000 };
  });
  const of = (name: string) => sizes.find((one) => one.name === name)?.kb ?? Number.NaN;
  const targets = [of("load-trends") <= 360, of("create-export") <= 520];
  return [
    {
      what: "bundles, KB (gzip)",
      here: sizes.map(({ name, kb, gzipKb }) => `\`${name}\` ${kb.toFixed(0)} (${gzipKb.toFixed(0)})`).join(", "),
      target: "`load-trends` 360, `create-export` 520",
      met: targets.every(Boolean),
    },
  ];
}

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
 * Bundles an entry with the CDK's defaults; below the repository, so that the SDK is found as in Lambda's runtime.
 * @param beside another bundle of the function, whose schedules are put beside this one too
 */
export async function defaultBundle(name: string, entry: string, beside?: string): Promise<string> {
  const directory = await emptyFolder(name);
  await build({ ...cdkDefaults, entryPoints: [entry], outfile: join(directory, "index.js") });
  if (beside) await copyFile(join(beside, schedulesFile), join(directory, schedulesFile));
  return directory;
}

/** The least that a function can be. */
export async function emptyBundle(): Promise<string> {
  const directory = await emptyFolder("empty");
  await writeFile(join(directory, "index.js"), "exports.handler = async () => ({ statusCode: 204 });");
  return directory;
}

async function emptyFolder(name: string): Promise<string> {
  const directory = resolve(".build/bench", name);
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "package.json"), '{"type":"commonjs"}');
  return directory;
}
