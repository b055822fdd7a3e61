import yargs, { type Argv, type CommandModule } from "yargs";
import { ApiProblem, NoAnswer } from "../client/api-problem.ts";
import { plainText } from "../lambdas/core/text.ts";
import { checkWords } from "./check-words.ts";
import { acceptColumnsCommand } from "./commands/accept-columns.ts";
import { backfillCommand } from "./commands/backfill.ts";
import { completionCommand } from "./commands/completion.ts";
import { consoleCommand } from "./commands/console.ts";
import { deployCommand } from "./commands/deploy.ts";
import { destroyCommand } from "./commands/destroy.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { downloadCommand } from "./commands/download.ts";
import { exportCommand } from "./commands/export.ts";
import { exportsCommand } from "./commands/exports.ts";
import { rebuildCommand } from "./commands/rebuild.ts";
import { redriveCommand } from "./commands/redrive.ts";
import { runCommand } from "./commands/run.ts";
import { schedulesCommand } from "./commands/schedules.ts";
import { smokeAwsCommand } from "./commands/smoke-aws.ts";
import { startCommand } from "./commands/start.ts";
import { tickCommand } from "./commands/tick.ts";
import { tokenCommand } from "./commands/token.ts";
import { trendsCommand } from "./commands/trends.ts";
import { offered, valuesFor } from "./complete-values.ts";
import { exitCodeOf, UsageError } from "./exit-codes.ts";
import { failureJson, failureSentence } from "./failure-sentence.ts";
import { complain, isJsonAsked, jsonText, printText, terminalWidth } from "./output.ts";

// biome-ignore lint/suspicious/noExplicitAny: each command has options of its own, which yargs has checked
type AnyCommand = CommandModule<object, any>;

/** All commands, in the order and under the headings of the help. */
const groups: readonly (readonly [heading: string, commands: readonly AnyCommand[]])[] = [
  ["Reports", [exportCommand, trendsCommand, exportsCommand, downloadCommand, consoleCommand]],
  ["Schedules", [schedulesCommand, runCommand, backfillCommand, rebuildCommand, acceptColumnsCommand]],
  ["Your deployment", [deployCommand, tokenCommand, doctorCommand, redriveCommand, smokeAwsCommand, destroyCommand]],
  ["On this machine", [startCommand, tickCommand, completionCommand]],
];

/** The names of all commands. */
export const commandNames = groups.flatMap(([, commands]) => commands.map(nameOf));

function nameOf({ command }: AnyCommand): string {
  return String(command).split(" ")[0] ?? "";
}

const exitStatus = `Exit status: 0 fine, 1 failed, 2 the command line or request does not fit, 3 no such thing,
4 refused (AWS identity, policy, workspace, Toggl's token), 5 a limit: later, 6 out of order, 7 no answer.`;

/** Runs `toggl-insights` with these words, and sets the exit status. */
export async function runCommandLine(words: readonly string[], version: string): Promise<void> {
  const values = await valuesFor(words);
  if (values !== undefined) return printText(offered(values));
  const program = yargs([...words])
    .scriptName("toggl-insights")
    .usage("$0 COMMAND\n\nToggl Track's Insights from your own AWS account, or from the running npm start.")
    .demandCommand(1, "Say what to do.")
    .middleware(((given: object, yargs: Argv) => checkWords(words, { ...given }, yargs, commandNames)) as never, true)
    .updateStrings(ownWords(words) as never) // its types know no plurals
    .strict()
    .alias({ help: "h" })
    .version(version)
    .epilogue(exitStatus)
    .wrap(Math.min(120, terminalWidth() ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });
  for (const one of groups.flatMap(([, commands]) => commands)) program.command(one);
  try {
    await program.parseAsync(words.length === 0 ? ["--help"] : [...words], {}, (_error, _options, said) => {
      if (said) printText(withHeadings(said));
    });
  } catch (error) {
    process.exitCode = exitCodeOf(error);
    complain(messageOf(error, isJsonAsked(words)));
  }
}

/** The list of commands with a heading over each group; yargs knows one list alone. */
function withHeadings(help: string): string {
  if (!/^Commands:$/m.test(help)) return help;
  return groups
    .reduce((text, [heading, [first]]) => {
      const line = new RegExp(`^ +toggl-insights ${first?.command}(?=\\s)`.replaceAll(/[[\]]/g, "\\$&"), "m");
      return text.replace(line, (found) => `\n${heading}:\n${found}`);
    }, help)
    .replace(/^Commands:\n\n/m, "");
}

/** What a command lacks that was called without its word. */
const lacking: Readonly<Record<string, string>> = {
  export: "Say which report: toggl-insights export REPORT, such as profitability/projects.",
  download: "Say which export: toggl-insights download ID. toggl-insights exports shows their ids.",
  rebuild: "Say which schedule: toggl-insights rebuild NAME. toggl-insights schedules shows their names.",
  "accept-columns":
    "Say which schedule: toggl-insights accept-columns NAME. toggl-insights schedules shows their names.",
  run: "Say which schedule: toggl-insights run NAME. toggl-insights schedules shows their names.",
};

/** For what yargs would say in a program's words. Whatever it puts in goes into `%c`, which prints nothing. */
function ownWords(words: readonly string[]) {
  const command = words.find((word) => word in lacking) ?? "export";
  return {
    "Not enough non-option arguments: got %s, need at least %s": inAnyNumber(`${lacking[command]}%c%c`),
    "Unknown argument: %s": { one: "There is a word too many: %s.", other: "There are words too many: %s." },
    "Missing required argument: %s": inAnyNumber("Say from when to when: --from 2026-01 --to 2026-10.%c"),
  };
}

function inAnyNumber(sentence: string) {
  return { one: sentence, other: sentence };
}

/** Of what comes from elsewhere no more than one line. */
function messageOf(error: unknown, isJson: boolean): string {
  if (isJson) return jsonText(failureJson(error));
  const sentence = failureSentence(error);
  if (error instanceof ApiProblem || error instanceof NoAnswer) return plainText(sentence);
  return error instanceof UsageError ? `${sentence}\nMore: toggl-insights --help` : sentence;
}
