import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { Code } from "aws-cdk-lib/aws-lambda";
import type { FunctionName } from "../../lambdas/contract.ts";
import { builtFunctions } from "./built-functions.ts";

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
          const contents = Object.entries({ ...builtFunctions()[name].files, ...files });
          for (const [file, text] of contents) writeFileSync(join(outputFolder, file), text);
          return true;
        },
      },
    },
  });
}
