import { TZDate } from "@date-fns/tz";
import {
  addDays,
  addMonths,
  addQuarters,
  addWeeks,
  addYears,
  differenceInCalendarDays,
  lightFormat,
  startOfDay,
  startOfMonth,
  startOfQuarter,
  startOfWeek,
  startOfYear,
} from "date-fns";
import { type Schedule, weekdays } from "./schedule.ts";

/** Days from the first to the last, both included, as YYYY-MM-DD. */
export interface DayRange {
  readonly start_date: string;
  readonly end_date: string;
}

/** The part of a schedule that says which days it means. */
export type PeriodRule = Pick<Schedule, "period" | "time_zone" | "week_start" | "settle_days">;

interface Unit {
  startOf(day: Date, rule: PeriodRule): Date;
  add(day: Date, count: number): Date;
}

const units = {
  day: { startOf: (day) => startOfDay(day), add: addDays },
  week: {
    startOf: (day, { week_start }) => startOfWeek(day, { weekStartsOn: weekdayNumber(week_start) }),
    add: addWeeks,
  },
  month: { startOf: (day) => startOfMonth(day), add: addMonths },
  quarter: { startOf: (day) => startOfQuarter(day), add: addQuarters },
  year: { startOf: (day) => startOfYear(day), add: addYears },
} satisfies Record<string, Unit>;

type ParsedPeriod =
  | { readonly kind: "previous" | "to-date"; readonly unit: Unit }
  | { readonly kind: "last"; readonly days: number };

export const periodHint =
  "previous-day, -week, -month, -quarter or -year; week-, month-, quarter- or year-to-date; or last-N-days";

const mostDays = 3660;

/** Undefined if it is no period that there is. */
export function parsePeriod(period: string): ParsedPeriod | undefined {
  const [, previous] = /^previous-(day|week|month|quarter|year)$/.exec(period) ?? [];
  if (previous) return { kind: "previous", unit: units[previous as keyof typeof units] };
  const [, toDate] = /^(week|month|quarter|year)-to-date$/.exec(period) ?? [];
  if (toDate) return { kind: "to-date", unit: units[toDate as keyof typeof units] };
  const days = Number(/^last-([1-9]\d{0,3})-days$/.exec(period)?.[1]);
  return days <= mostDays ? { kind: "last", days } : undefined;
}

/**
 * The days that a run means. They follow from its occurrence in the schedule's zone, never from the clock, so a run that
 * comes late or twice means the same days.
 * @param occurrence the moment that the run was due at, in milliseconds since 1970
 * @param back so many periods earlier; those before a period to date are whole
 */
export function periodOf(rule: PeriodRule, occurrence: number, back = 0): DayRange {
  const today = addDays(localDay(occurrence, rule.time_zone), -rule.settle_days);
  const period = parsedPeriod(rule);
  if (period.kind === "last") {
    const end = addDays(today, -1 - back * period.days);
    return dayRange(addDays(end, 1 - period.days), end);
  }
  const { startOf, add } = period.unit;
  const current = startOf(today, rule);
  if (period.kind === "to-date" && back === 0) return dayRange(current, today);
  const start = add(current, period.kind === "to-date" ? -back : -1 - back);
  return dayRange(start, addDays(add(start, 1), -1));
}

/** All whole periods of a schedule's kind from one day to another, oldest first; both days as YYYY-MM-DD. */
export function periodsWithin(rule: PeriodRule, first: string, last: string): DayRange[] {
  const period = parsedPeriod(rule);
  const { startOf, add }: Unit = period.kind === "last" ? windowsOf(period.days) : period.unit;
  const begin = startOf(utcDay(first), rule);
  const ranges: DayRange[] = [];
  for (let count = begin < utcDay(first) ? 1 : 0; ; count++) {
    const range = dayRange(add(begin, count), addDays(add(begin, count + 1), -1));
    if (range.end_date > last) return ranges;
    ranges.push(range);
  }
}

function windowsOf(length: number): Unit {
  return { startOf: (day) => startOfDay(day), add: (day, count) => addDays(day, count * length) };
}

/** The earliest moment of the day on which a run means this period, in milliseconds since 1970. */
export function firstDayOf(rule: PeriodRule, { end_date }: DayRange): number {
  const until = parsedPeriod(rule).kind === "to-date" ? 0 : 1;
  const day = addDays(utcDay(end_date), until + rule.settle_days);
  return startOfDay(new TZDate(day.getFullYear(), day.getMonth(), day.getDate(), 12, rule.time_zone)).getTime();
}

/** First day of the period that a trend is compared with; undefined for none. */
export function previousPeriodStart({ start_date, end_date }: DayRange, kind: Schedule["previous_period"]) {
  const start = utcDay(start_date);
  if (kind === "equal-length") return isoDay(addDays(start, -1 - differenceInCalendarDays(utcDay(end_date), start)));
  return kind === "same-last-year" ? isoDay(addYears(start, -1)) : undefined;
}

function parsedPeriod({ period }: PeriodRule): ParsedPeriod {
  const parsed = parsePeriod(period);
  if (!parsed) throw new Error(`${period} is no period; there are ${periodHint}.`);
  return parsed;
}

/** The day that the calendar shows there, as that day in UTC: days are counted where none is skipped or cut short. */
function localDay(time: number, zone: string): Date {
  const there = new TZDate(time, zone);
  return new TZDate(there.getFullYear(), there.getMonth(), there.getDate(), "UTC");
}

function utcDay(day: string): Date {
  return new TZDate(`${day}T00:00:00Z`, "UTC");
}

function dayRange(start: Date, end: Date): DayRange {
  return { start_date: isoDay(start), end_date: isoDay(end) };
}

function isoDay(day: Date): string {
  return lightFormat(day, "yyyy-MM-dd");
}

/** 0 is Sunday, as date-fns counts. */
function weekdayNumber(name: Schedule["week_start"]) {
  return ((weekdays.indexOf(name) + 1) % 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6;
}
