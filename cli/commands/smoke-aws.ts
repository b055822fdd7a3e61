import { UsageError } from "../exit-codes.ts";
import { stackOrEnvironment } from "../target.ts";
import { command } from "./command.ts";
import { jsonFlag, namedStack, stageFlag, tokenFlag } from "./flags.ts";

export const smokeAwsCommand = command({
  command: "smoke-aws",
  describe: "Ask a deployed stack what only AWS can answer, and print a table that can be sent to us",
  builder: (yargs) =>
    yargs
      .options({
        stack: { type: "string", description: "A deployed stack, in AWS_REGION; without it the running npm start" },
        ...stageFlag,
        "allow-changes": {
          type: "boolean",
          default: false,
          description: "Also ask what makes something: an export, and queues and rules of its own, which it removes",
        },
        slow: { type: "boolean", default: false, description: "Also ask what takes minutes" },
        ...tokenFlag,
        ...jsonFlag,
      })
      .example("$0 smoke-aws --stack TogglInsights", "Asks, and changes nothing (docs/smoke-aws.md)"),
  async handler({ allowChanges: mayChange, slow: maySlow, json, tokenCommand, ...target }) {
    const stack = stackOrEnvironment(namedStack(target));
    if (stack === "") throw new UsageError("--stack must be a stack's name, such as TogglInsights.");
    const { smokeAws } = await import("../smoke/smoke-aws.ts");
    process.exitCode = await smokeAws({ stack, mayChange, maySlow, json, tokenCommand });
  },
});
