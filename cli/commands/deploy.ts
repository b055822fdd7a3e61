import { needsRepository } from "../deploy/steps.ts";
import { exitCodes, toItsEnd } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { command } from "./command.ts";
import { jsonFlag, stageFlag, tokenFlag } from "./flags.ts";

export const deployCommand = command({
  command: "deploy",
  describe: "Check, synthesize, show what would change, deploy, and make a first call",
  builder: (yargs) =>
    yargs
      .options({
        ...stageFlag,
        yes: { type: "boolean", default: false, description: "Do not ask before it widens any rights" },
        "allow-replacement": {
          type: "boolean",
          default: false,
          description: "Go on where a bucket or queue would be left behind",
        },
        ...tokenFlag,
        ...jsonFlag,
      })
      .example("$0 deploy", "To the account and region of your AWS credentials")
      .example("$0 deploy --stage staging", "A stack of its own beside the others"),
  async handler(options) {
    needsRepository("deploy");
    const { deploy } = await import("../deploy/deploy.ts");
    await toItsEnd(async () => {
      await deploy({ ...options, output: outputOf(options) });
      return exitCodes.fine;
    });
  },
});
