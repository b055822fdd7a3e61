import { stackTarget } from "../deploy/stack-target.ts";
import { needsRepository, run, step } from "../deploy/steps.ts";
import { findDeployment } from "../deployment.ts";
import { exitCodes, toItsEnd } from "../exit-codes.ts";
import { type Output, outputOf } from "../output.ts";
import { command } from "./command.ts";
import { jsonFlag, stageFlag } from "./flags.ts";

export const destroyCommand = command({
  command: "destroy",
  describe: "Remove the stack; the bucket with files and history stays, and so do the tokens",
  builder: (yargs) =>
    yargs
      .options({ ...stageFlag, yes: { type: "boolean", default: false, description: "Do not ask" }, ...jsonFlag })
      .example("$0 destroy --stage staging", "The stack of that stage alone"),
  async handler(options) {
    needsRepository("destroy");
    await toItsEnd(() => destroy(options, outputOf(options)));
  },
});

async function destroy({ stage, yes }: { stage?: string | undefined; yes: boolean }, output: Output): Promise<number> {
  const { stackName, cdkOptions } = stackTarget(stage);
  const { bucket } = await findDeployment(stackName);

  step(`destroy ${stackName}`, output);
  output.tell(`The bucket ${bucket} stays, with all files and the history.`);
  await run(output, "npx", "cdk", "destroy", ...(yes ? ["--force"] : []), ...cdkOptions);
  output.tell(
    "It is as private as it was; its policy (no plain HTTP, no old links) is gone with the stack, and so are all links.",
  );
  output.tell("");
  output.tell(
    `To go on with it in a new stack, before you deploy that: "exports_bucket": "${bucket}" in insights.config.json.`,
  );
  output.tell(`If you do not need it any more: aws s3 rb s3://${bucket} --force (old versions have to go first).`);
  output.tell("The secrets with the tokens are as they were.");
  output.json({ stack: stackName, bucket });
  return exitCodes.fine;
}
