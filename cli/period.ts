import type { ConfiguredSchedule } from "../api/schedule.ts";
import { instantHint, isDay, parseInstant } from "../api/times.ts";
import {
  type DayRange,
  parsePeriod,
  periodHint,
  periodOf,
  previousPeriodStart,
} from "../lambdas/core/schedules/periods.ts";
import { UsageError } from "./exit-codes.ts";

/** How a command line names days. */
export interface PeriodOptions {
  readonly period?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * The days that are meant, in this machine's own time zone.
 * @param now milliseconds since 1970
 * @throws UsageError that says how to name them
 */
export function daysOf({ period, from, to }: PeriodOptions, now: number): DayRange {
  if (period === undefined) return namedDays(from, to);
  if (from !== undefined || to !== undefined) throw new UsageError("Say either --period or --from and --to.");
  if (!parsePeriod(period)) throw new UsageError(`--period must be ${periodHint}; it is ${period}.`);
  const { timeZone: time_zone } = Intl.DateTimeFormat().resolvedOptions();
  return periodOf({ period, time_zone, week_start: "monday", settle_days: 0 }, now);
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

/** What a trend's days are compared with. */
export function comparison(
  days: DayRange,
  kind: ConfiguredSchedule["previous_period"],
): { previous_period_start?: string } {
  const previous_period_start = previousPeriodStart(days, kind);
  return previous_period_start === undefined ? {} : { previous_period_start };
}

/** For every command that takes days. */
export const periodFlags = {
  period: { type: "string", description: `Days, seen from today: ${periodHint}` },
  from: { type: "string", description: "First day, such as 2026-10-01" },
  to: { type: "string", description: "Last day, such as 2026-10-31" },
} as const;
