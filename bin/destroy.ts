import { parseArgs } from "node:util";
import { findDeployment } from "../cli/deployment.ts";
import { printLine, printText } from "../cli/output.ts";
import { runCommand } from "./command.ts";
import { stackTarget } from "./stack-target.ts";
import { run, step } from "./steps.ts";

const usage = `npm run destroy [-- --stage NAME] [--yes]
  Removes the stack. The bucket with its files and history stays, and so do the secrets with the tokens. --yes does not ask.`;

await runCommand(usage, async () => {
  const { values } = parseArgs({ options: { stage: { type: "string" }, yes: { type: "boolean", default: false } } });
  const { stackName, cdkOptions } = stackTarget(values.stage);
  const { bucket } = await findDeployment(stackName);

  step(`destroy ${stackName}`);
  printLine(`The bucket ${bucket} stays, with all files and the history.`);
  await run("npx", "cdk", "destroy", ...(values.yes ? ["--force"] : []), ...cdkOptions);
  printLine(
    "It is as private as it was; its policy (no plain HTTP, no old links) is gone with the stack, and so are all links.",
  );
  printText(
    `\nTo go on with it in a new stack, before you deploy that: "exports_bucket": "${bucket}" in insights.config.json.`,
  );
  printLine(`If you do not need it any more: aws s3 rb s3://${bucket} --force (old versions have to go first).`);
  printLine("The secrets with the tokens are as they were.");
  return 0;
});
