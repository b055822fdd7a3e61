import { stackTarget } from "../deploy/stack-target.ts";
import { needsRepository, run, step } from "../deploy/steps.ts";
import { findDeployment } from "../deployment.ts";
import { exitCodes, toItsEnd } from "../exit-codes.ts";
import { printLine, printText } from "../output.ts";
import { command } from "./command.ts";
import { stageFlag } from "./flags.ts";

export const destroyCommand = command({
  command: "destroy",
  describe: "Remove the stack; the bucket with files and history stays, and so do the tokens",
  builder: (yargs) =>
    yargs
      .options({ ...stageFlag, yes: { type: "boolean", default: false, description: "Do not ask" } })
      .example("$0 destroy --stage staging", "The stack of that stage alone"),
  async handler(options) {
    needsRepository("destroy");
    await toItsEnd(() => destroy(options));
  },
});

async function destroy({ stage, yes }: { stage?: string | undefined; yes: boolean }): Promise<number> {
  const { stackName, cdkOptions } = stackTarget(stage);
  const { bucket } = await findDeployment(stackName);

  step(`destroy ${stackName}`);
  printLine(`The bucket ${bucket} stays, with all files and the history.`);
  await run("npx", "cdk", "destroy", ...(yes ? ["--force"] : []), ...cdkOptions);
  printLine(
    "It is as private as it was; its policy (no plain HTTP, no old links) is gone with the stack, and so are all links.",
  );
  printText(
    `\nTo go on with it in a new stack, before you deploy that: "exports_bucket": "${bucket}" in insights.config.json.`,
  );
  printLine(`If you do not need it any more: aws s3 rb s3://${bucket} --force (old versions have to go first).`);
  printLine("The secrets with the tokens are as they were.");
  return exitCodes.fine;
}
