import { previousPeriods } from "../api/schedule-words.ts";
import { completionCall } from "./check-words.ts";
import { ownConfigIfAny } from "./own-config.ts";
import { commonPeriods } from "./period.ts";
import { chosenWorkspace, findTarget } from "./target.ts";

/** Commands whose first word is a schedule's name. */
const takingSchedules = ["run", "backfill", "tick", "rebuild", "accept-columns"];

/** How long somebody who pressed Tab waits for an API, in milliseconds. */
const patienceMs = 1500;

/**
 * What a shell is to offer for the word at the cursor, where that is a period, a comparison or a schedule's name; what
 * else there is to offer yargs knows by itself.
 * @param words as a completion script calls the program; undefined if it is no such call, or about something else
 */
export async function valuesFor(
  words: readonly string[],
  scheduleNames: (typed: readonly string[]) => Promise<readonly string[]> = namesOfSchedules,
): Promise<readonly string[] | undefined> {
  if (words[0] !== completionCall) return undefined;
  const typed = words.slice(2).filter((word) => word !== "="); // bash has it as a word of its own
  const current = typed.at(-1) ?? "";
  const [, begun] = /^(--[a-z-]+=)/.exec(current) ?? [];
  const flag = begun?.slice(0, -1) ?? typed.at(-2);
  const named = (values: readonly string[]) => values.map((value) => `${begun ?? ""}${value}`);
  if (flag === "--period") return named(commonPeriods);
  if (flag === "--compare") return named(previousPeriods);
  const [command = ""] = typed;
  const isName = takingSchedules.includes(command) && typed.length === 2 && !current.startsWith("-");
  return flag === "--schedule" || isName ? named(await scheduleNames(typed)) : undefined;
}

/** Those of the API that is named; else those that are configured here, which takes no call. */
async function namesOfSchedules(typed: readonly string[]): Promise<readonly string[]> {
  const valueBehind = (...flags: string[]) => {
    const at = typed.findIndex((word) => flags.includes(word));
    return at === -1 ? undefined : typed[at + 1];
  };
  const [api, stack, workspace] = [
    valueBehind("--api", "--url"),
    valueBehind("--stack"),
    valueBehind("--workspace", "-w"),
  ];
  try {
    const configured = ownConfigIfAny()?.schedules.map(({ name }) => name) ?? [];
    if (configured.length > 0 && api === undefined && stack === undefined) return configured;
    const { client } = await findTarget({ api, stack });
    const id = chosenWorkspace(workspace === undefined ? undefined : Number(workspace));
    return (await client.listSchedules(id, { signal: AbortSignal.timeout(patienceMs) })).map(({ name }) => name);
  } catch {
    return []; // a shell has no place to say why
  }
}

/** One to a line, as the shells' scripts read them. */
export const offered = (values: readonly string[]): string => values.join("\n");
