import { previousPeriods } from "../api/schedule-words.ts";
import { instantHint, isDay, parseInstant } from "../api/times.ts";
import { comparedDays, type DayRange, parsePeriod, periodHint, periodOf } from "../lambdas/core/schedules/periods.ts";
import { UsageError } from "./exit-codes.ts";
import { didYouMean } from "./spelling.ts";

/** How a command line names days. */
export interface PeriodOptions {
  readonly period?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Periods that shells offer: each that has a name, and the usual ones of those that count. */
export const commonPeriods = [
  ...["day", "week", "month", "quarter", "year"].map((unit) => `previous-${unit}`),
  ...["week", "month", "quarter", "year"].map((unit) => `${unit}-to-date`),
  ...["last-7-days", "last-30-days", "last-90-days", "last-3-months", "last-12-months"],
];

/**
 * The days that are meant, in this machine's own time zone.
 * @param now milliseconds since 1970
 * @throws UsageError that says how to name them
 */
export function daysOf({ period, from, to }: PeriodOptions, now: number): DayRange {
  if (period === undefined) return namedDays(from, to);
  if (from !== undefined || to !== undefined) throw new UsageError("Say either --period or --from and --to.");
  if (!parsePeriod(period)) {
    throw new UsageError(`--period must be ${periodHint}; it is ${period}.${didYouMean(period, commonPeriods)}`);
  }
  return periodOf(hereAnd(period), now);
}

function hereAnd(period: string) {
  const { timeZone: time_zone } = Intl.DateTimeFormat().resolvedOptions();
  return { period, time_zone, week_start: "monday", settle_days: 0 } as const;
}

function namedDays(from: string | undefined, to: string | undefined): DayRange {
  if (from === undefined || to === undefined) {
    throw new UsageError("Say which days: --period previous-month, or --from 2026-10-01 --to 2026-10-31.");
  }
  const days = { start_date: day("--from", from), end_date: day("--to", to) };
  if (from > to) throw new UsageError(`--from (${from}) must not be after --to (${to}).`);
  return days;
}

/**
 * A moment, in milliseconds since 1970.
 * @throws UsageError that says how to name one
 */
export function momentOf(flag: string, text: string): number {
  const time = parseInstant(text);
  if (time === undefined) throw new UsageError(`${flag} ${instantHint}; it is ${text || "nothing"}.`);
  return time;
}

function day(flag: string, text: string): string {
  if (!isDay(text)) throw new UsageError(`${flag} must be a day, such as 2026-10-01; it is ${text || "nothing"}.`);
  return text;
}

/** For every command that compares trends. */
export const compareFlag = {
  compare: {
    type: "string",
    description: `What to compare trends with: ${previousPeriods.join(", ")}, or the first day of other days`,
  },
} as const;

/**
 * The days that trends are compared with: as many as there are now, as far as the period before has them. Undefined for
 * none.
 * @param compare one of `previousPeriods`, or the first of the days
 * @throws UsageError that says how to name them
 */
export function comparedWith(
  compare: string,
  options: PeriodOptions,
  days: DayRange,
  now: number,
): DayRange | undefined {
  const kind = previousPeriods.find((one) => one === compare);
  if (kind) return comparedDays(days, kind, periodBefore(options, now));
  if (!isDay(compare)) {
    const known = `${previousPeriods.join(", ")}, or a day such as 2025-10-01`;
    throw new UsageError(
      `--compare must be ${known}; it is ${compare || "nothing"}.${didYouMean(compare, previousPeriods)}`,
    );
  }
  const length = Date.parse(days.end_date) - Date.parse(days.start_date);
  return { start_date: compare, end_date: new Date(Date.parse(compare) + length).toISOString().slice(0, 10) };
}

/** The whole period before one that has a name. */
function periodBefore({ period }: PeriodOptions, now: number): DayRange | undefined {
  return period === undefined ? undefined : periodOf(hereAnd(period), now, 1);
}

/** The parameter that says which days Toggl compares with. */
export function previousStart(before: DayRange | undefined): { previous_period_start?: string } {
  return before === undefined ? {} : { previous_period_start: before.start_date };
}

/** For every command that takes days. */
export const periodFlags = {
  period: { type: "string", description: `Days, seen from today: ${periodHint}` },
  from: { type: "string", description: "First day, such as 2026-10-01" },
  to: { type: "string", description: "Last day, such as 2026-10-31" },
} as const;
