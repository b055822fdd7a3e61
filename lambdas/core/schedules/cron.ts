import { Cron } from "croner";
import { firstMoment, localTime } from "./local-clock.ts";

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names that stand for numbers, from the lowest on. */
  readonly names?: readonly string[];
  /** What else the field may hold. */
  readonly special?: RegExp;
}

const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/** The six fields as EventBridge has them: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
const fields: readonly Field[] = [
  { name: "minutes", min: 0, max: 59 },
  { name: "hours", min: 0, max: 23 },
  { name: "day-of-month", min: 1, max: 31, special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: "month", min: 1, max: 12, names: months },
  { name: "day-of-week", min: 1, max: 7, names: days, special: /^(\?|L|([1-7]|[A-Z]{3})(L|#[1-5]))$/ },
  { name: "year", min: 1970, max: 2199 },
];

const example = "such as 0 6 3 * ? * for 6:00 on the 3rd of each month";

/**
 * What is wrong with a cron expression, as EventBridge would see it; undefined if nothing is.
 * @param after it must come true later than this moment, in milliseconds since 1970
 * @param zone where: one time of one day may be one that the clock skips there
 */
export function cronError(cron: string, after: number, zone = "UTC"): string | undefined {
  const parts = cron.split(" ");
  if (parts.length !== fields.length) {
    return `must have six fields with one space between them (minutes hours day-of-month month day-of-week year), ${example}`;
  }
  const error = fields.map((field, at) => fieldError(field, parts[at] ?? "")).find((one) => one !== undefined);
  if (error) return error;
  if ((parts[2] === "?") === (parts[4] === "?")) {
    return `must have a ? in exactly one of day-of-month and day-of-week, ${example}`;
  }
  if (/(^|,)[^-*,]+\//.test(parts[4] ?? "")) {
    return "has a step without a range in the field day-of-week: write 2-7/2 for 2/2";
  }
  try {
    return nextRuns({ cron, time_zone: zone }, after, 1).length > 0 ? undefined : `never comes true in ${zone}`;
  } catch (error) {
    return `does not fit: ${error instanceof Error ? error.message : error}`;
  }
}

/** What is wrong with a rate such as `6 hours`; undefined if nothing is. */
export function rateError(rate: string): string | undefined {
  return rateMs(rate) === undefined ? "must be a number and a unit, such as 1 hour, 30 minutes or 7 days" : undefined;
}

/** Milliseconds between two runs; undefined if it is no rate. One minute, but two minutes: EventBridge insists. */
export function rateMs(rate: string): number | undefined {
  const [, count, unit = "", plural] = /^([1-9]\d{0,3}) (minute|hour|day)(s?)$/.exec(rate) ?? [];
  if (count === undefined || (count === "1") !== (plural === "")) return undefined;
  return Number(count) * 60_000 * (unit === "day" ? 1440 : unit === "hour" ? 60 : 1);
}

interface CronRule {
  readonly cron: string;
  readonly time_zone: string;
}

/**
 * The next runs, in milliseconds since 1970. As with EventBridge Scheduler a time that the clock skips in spring has no
 * run, and one that it shows twice in autumn has one, the first time:
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#daylist-savings-time
 * @param after runs later than this moment
 */
export function nextRuns({ cron, time_zone }: CronRule, after: number, count: number): number[] {
  const times = clockTimes(cron);
  const runs: number[] = [];
  for (let local = localTime(after, time_zone); runs.length < count; ) {
    const next = times.nextRun(new Date(local))?.getTime();
    if (next === undefined || next >= endOfYears) return runs;
    local = next;
    const run = firstMoment(local, time_zone);
    if (run !== undefined && run > after) runs.push(run);
  }
  return runs;
}

/** The latest run before a moment, in milliseconds since 1970. */
export function previousRun({ cron, time_zone }: CronRule, before: number): number | undefined {
  const times = clockTimes(cron);
  const shown = localTime(before, time_zone);
  // In an hour that is shown for the second time, all of its first time is over.
  let local = shown + (before - (firstMoment(shown, time_zone) ?? before));
  for (;;) {
    const previous = times.previousRuns(1, new Date(local))[0]?.getTime();
    if (previous === undefined) return undefined;
    local = previous;
    const run = firstMoment(local, time_zone);
    if (run !== undefined && run < before) return run;
  }
}

/** EventBridge's last year is 2199. */
const endOfYears = Date.UTC(2200);

/** What the clock shows when it is time, whatever moment that is: to be asked in local times. */
function clockTimes(cron: string): Cron {
  return new Cron(`0 ${cron.replace(lastDayOfWeek, "7")}`, { ...eventBridgeDialect, utcOffset: 0, paused: true });
}

/** Seconds to years, Sunday as 1, and `5/10` for each tenth from 5 on. */
const eventBridgeDialect = { mode: "7-part", alternativeWeekdays: true, sloppyRanges: true } as const;

/** An `L` alone, which croner takes behind a day only: of the week's days it is the last. */
const lastDayOfWeek = /(?<= )L(?= \S+$)/i;

function fieldError(field: Field, text: string): string | undefined {
  const upper = text.toUpperCase();
  if (field.special?.test(upper)) return undefined;
  const wrong = upper.split(",").find((piece) => !isPiece(field, piece));
  if (wrong === undefined) return undefined;
  const names = field.names ? ` or ${field.names[0]}-${field.names.at(-1)}` : "";
  return `has ${wrong === "" ? "an empty entry" : wrong} in the field ${field.name}, which takes ${field.min}-${field.max}${names} with , - * /${field.special ? " ?" : ""}`;
}

function isPiece(field: Field, piece: string): boolean {
  const [range = "", step, ...rest] = piece.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d{0,3}$/.test(step))) return false;
  if (range === "*") return true;
  const ends = range.split("-").map((end) => numberOf(field, end));
  const [from = Number.NaN, to = from] = ends;
  return ends.length <= 2 && from <= to;
}

function numberOf({ min, max, names }: Field, text: string): number {
  const value = names?.includes(text) ? names.indexOf(text) + min : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : Number.NaN;
}
