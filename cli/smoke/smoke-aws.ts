import { exitCodes } from "../exit-codes.ts";
import { onStop } from "../on-stop.ts";
import { complain, outputOf } from "../output.ts";
import { version } from "../version.ts";
import { askAll } from "./question.ts";
import { announcement, exitStatusOf, reportJson, reportLines } from "./report.ts";
import { findQuestions } from "./target.ts";

export interface SmokeOptions {
  /** A deployed stack; undefined for the running `npm start`. */
  readonly stack: string | undefined;
  readonly mayChange: boolean;
  readonly maySlow: boolean;
  readonly json: boolean;
  /** A command that prints the JWT to call with. */
  readonly tokenCommand: string | undefined;
}

/**
 * Asks a deployment what only AWS can answer, and prints what was expected and what was seen.
 * @returns the exit status
 */
export async function smokeAws({ stack, mayChange, maySlow, json, tokenCommand }: SmokeOptions): Promise<number> {
  const leftBehind: string[] = [];
  const onLeftBehind = (command: string) => void leftBehind.push(command);
  const { questions, where, workspaceIds } = await findQuestions({ stack, tokenCommand, onLeftBehind });
  for (const line of announcement(questions, mayChange, maySlow)) complain(line);
  const stop = new AbortController();
  const ignoreStop = onStop(() => {
    complain("Stopping: what was made is removed first.");
    stop.abort();
  });
  const onAsk = ({ name }: { name: string }) => complain(`… ${name}`);
  const answered = await askAll(questions, { mayChange, maySlow, stop: stop.signal, onAsk });
  ignoreStop();
  const output = outputOf({ json });
  const asked = { where, workspaceIds, version };
  for (const line of reportLines(answered, asked)) output.print(line);
  output.json(reportJson(answered, asked, Date.now()));
  for (const command of leftBehind) complain(`Something could not be removed, or may be left. Remove it: ${command}`);
  if (stop.signal.aborted) return exitCodes.stopped;
  return leftBehind.length > 0 ? exitCodes.failed : exitStatusOf(answered);
}
