import { parseArgs } from "node:util";
import { exitCodeOf, exitCodes } from "../cli/exit-codes.ts";
import { failureSentence } from "../cli/failure-sentence.ts";
import { onStop } from "../cli/on-stop.ts";
import { complain, outputOf } from "../cli/output.ts";
import { runCommand } from "./command.ts";
import { askAll } from "./smoke/question.ts";
import { announcement, exitStatusOf, reportJson, reportLines } from "./smoke/report.ts";
import { findQuestions } from "./smoke/target.ts";
import { stackTarget } from "./stack-target.ts";

const usage = `npm run smoke:aws [-- --stack NAME | --stage NAME] [--allow-changes] [--slow] [--json] [--token-command CMD]
  Asks a deployed stack what only AWS can answer, and prints a table that can be sent to us: what was expected, and what
  was seen. Accounts, addresses and workspaces are shortened in it; it never holds a token. (docs/smoke-aws.md)
  Without --stack or --stage: the running npm start, as far as it reaches.
  --allow-changes    also asks what makes something: an export, and queues and rules of its own, which it removes again
  --slow             also asks what takes minutes
  --token-command CMD prints the JWT to call with, where callers need one (or set TOGGL_INSIGHTS_TOKEN).`;

await runCommand(usage, async () => {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      stage: { type: "string" },
      "allow-changes": { type: "boolean", default: false },
      slow: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      "token-command": { type: "string" },
    },
  });
  const { stack = values.stage === undefined ? undefined : stackTarget(values.stage).stackName } = values;
  if (stack === "") throw new Error("--stack must be a stack's name, such as TogglInsights.");
  const [mayChange, maySlow] = [values["allow-changes"], values.slow];
  const leftBehind: string[] = [];
  const onLeftBehind = (command: string) => void leftBehind.push(command);
  try {
    const found = await findQuestions({ stack, tokenCommand: values["token-command"], onLeftBehind });
    const { questions, where, workspaceIds } = found;
    for (const line of announcement(questions, mayChange, maySlow)) complain(line);
    const stop = new AbortController();
    const ignoreStop = onStop(() => {
      complain("Stopping: what was made is removed first.");
      stop.abort();
    });
    const onAsk = ({ name }: { name: string }) => complain(`… ${name}`);
    const answered = await askAll(questions, { mayChange, maySlow, stop: stop.signal, onAsk });
    ignoreStop();
    const output = outputOf(values);
    const asked = { where, workspaceIds, version: process.env.npm_package_version ?? "unknown" };
    for (const line of reportLines(answered, asked)) output.print(line);
    output.json(reportJson(answered, asked, Date.now()));
    for (const command of leftBehind) complain(`Something could not be removed, or may be left. Remove it: ${command}`);
    if (stop.signal.aborted) return exitCodes.stopped;
    return leftBehind.length > 0 ? exitCodes.failed : exitStatusOf(answered);
  } catch (error) {
    complain(failureSentence(error));
    return exitCodeOf(error);
  }
});
