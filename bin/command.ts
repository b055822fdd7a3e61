import type { ConfiguredSchedule } from "../api/schedule.ts";
import { prepareAwsEnvironment } from "../cli/aws-environment.ts";
import { exitCodes } from "../cli/exit-codes.ts";
import { complain, endWithReader, printText } from "../cli/output.ts";

/** Runs a command: its number is the exit status; what it throws is told, with how to use it where that was the fault. */
export async function runCommand(usage: string, run: () => Promise<number>): Promise<void> {
  prepareAwsEnvironment();
  endWithReader();
  if (process.argv.includes("--help")) return printText(usage);
  process.exitCode = exitCodes.failed; // until it comes to its end
  try {
    process.exitCode = await run();
  } catch (error) {
    const { name, message, code = "" } = error as Error & { code?: string };
    if (name === "ExitPromptError") {
      complain("Stopped: nothing was done."); // Ctrl-C at a question
      process.exitCode = exitCodes.stopped;
      return;
    }
    const isUsage = code.startsWith("ERR_PARSE_ARGS") || message.startsWith("--");
    complain(isUsage ? `${message}\n\n${usage}` : message);
    process.exitCode = 2;
  }
}

/** @throws Error that names the option */
export function required(value: string | undefined, option: string): string {
  if (value) return value;
  throw new Error(`${option} is missing.`);
}

/** @throws Error that lists the names there are */
export function namedSchedule(schedules: readonly ConfiguredSchedule[], name: string): ConfiguredSchedule {
  const found = schedules.find((schedule) => schedule.name === name);
  if (found) return found;
  const names = schedules.map((schedule) => schedule.name).join(", ") || "none; see the README for how to add one";
  throw new Error(`The configuration has no schedule ${name}. It has: ${names}.`);
}
