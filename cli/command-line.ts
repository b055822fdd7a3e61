import yargs from "yargs";
import { ApiProblem } from "../client/api-problem.ts";
import { backfillCommand } from "./commands/backfill.ts";
import { consoleCommand } from "./commands/console.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downloadCommand } from "./commands/download.ts";
import { exportCommand } from "./commands/export.ts";
import { exportsCommand } from "./commands/exports.ts";
import { runCommand } from "./commands/run.ts";
import { schedulesCommand } from "./commands/schedules.ts";
import { trendsCommand } from "./commands/trends.ts";
import { exitCodeOf, UsageError } from "./exit-codes.ts";
import { failureSentence } from "./failure-sentence.ts";
import { plainText } from "./plain-text.ts";

const exitStatus = `Exit status: 0 fine, 1 failed, 2 the command line or request does not fit, 3 no such thing,
4 refused (AWS identity, policy, workspace, Toggl's token), 5 a limit: later, 6 out of order, 7 no answer.`;

/** Runs `toggl-insights` with these words, and sets the exit status. */
export async function runCommandLine(words: readonly string[], version: string): Promise<void> {
  const program = yargs([...words])
    .scriptName("toggl-insights")
    .usage("$0 COMMAND\n\nToggl Track's Insights from your own AWS account, or from the running npm start.")
    .command(exportCommand)
    .command(trendsCommand)
    .command(exportsCommand)
    .command(downloadCommand)
    .command(schedulesCommand)
    .command(runCommand)
    .command(backfillCommand)
    .command(doctorCommand)
    .command(consoleCommand)
    .demandCommand(1, "Say what to do.")
    .completion("completion", "Print completions for bash or zsh: put it at the end of ~/.bashrc or ~/.zshrc")
    .strict()
    .alias({ help: "h" })
    .version(version)
    .epilogue(exitStatus)
    .wrap(Math.min(120, process.stdout.columns || 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  try {
    await program.parseAsync();
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    process.stderr.write(`${messageOf(error, words.includes("--json"))}\n`);
  }
}

function messageOf(error: unknown, isJson: boolean): string {
  const sentence = plainText(failureSentence(error));
  if (!isJson) return error instanceof UsageError ? `${sentence}\nMore: toggl-insights --help` : sentence;
  return JSON.stringify(error instanceof ApiProblem ? error.problem : { detail: sentence });
}
