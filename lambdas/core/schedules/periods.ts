import { UTCDateMini } from "@date-fns/utc/date/mini";
import {
  addDays,
  addMonths,
  addQuarters,
  addWeeks,
  addYears,
  differenceInCalendarDays,
  differenceInCalendarMonths,
  isSameDay,
  lastDayOfMonth,
  lightFormat,
  min,
  startOfMonth,
  startOfQuarter,
  startOfWeek,
  startOfYear,
} from "date-fns";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { weekdays } from "../../../api/schedule-words.ts";
import { firstMomentFrom, hasDay, localTime } from "./local-clock.ts";

/** Days from the first to the last, both included, as YYYY-MM-DD. */
export interface DayRange {
  readonly start_date: string;
  readonly end_date: string;
}

/** The part of a schedule that says which days it means. */
export type PeriodRule = Pick<ConfiguredSchedule, "period" | "time_zone" | "week_start" | "settle_days">;

interface Unit {
  startOf(day: Date, rule: PeriodRule): Date;
  add(day: Date, count: number, zone: string): Date;
  /** The next day on which one can begin, where that is before this one ends. */
  next?(start: Date): Date;
}

const units = {
  day: { startOf: (day) => day, add: addLocalDays },
  week: {
    startOf: (day, { week_start }) => startOfWeek(day, { weekStartsOn: weekdayNumber(week_start) }),
    add: (day, count) => addWeeks(day, count),
  },
  month: { startOf: (day) => startOfMonth(day), add: (day, count) => addMonths(day, count) },
  quarter: { startOf: (day) => startOfQuarter(day), add: (day, count) => addQuarters(day, count) },
  year: { startOf: (day) => startOfYear(day), add: (day, count) => addYears(day, count) },
} satisfies Record<string, Unit>;

type ParsedPeriod =
  | { readonly kind: "previous" | "to-date"; readonly unit: Unit }
  | { readonly kind: "last"; readonly days: number };

export const periodHint =
  "previous-day, -week, -month, -quarter or -year; week-, month-, quarter- or year-to-date; last-N-days or last-N-months";

const maxDays = 3660;
const maxMonths = 120;

/** Undefined if it is no period that there is. */
export function parsePeriod(period: string): ParsedPeriod | undefined {
  const [, previous] = /^previous-(day|week|month|quarter|year)$/.exec(period) ?? [];
  if (previous) return { kind: "previous", unit: units[previous as keyof typeof units] };
  const [, toDate] = /^(week|month|quarter|year)-to-date$/.exec(period) ?? [];
  if (toDate) return { kind: "to-date", unit: units[toDate as keyof typeof units] };
  const [, digits, unit] = /^last-([1-9]\d{0,3})-(days|months)$/.exec(period) ?? [];
  const count = Number(digits);
  if (unit === "months") return count <= maxMonths ? { kind: "previous", unit: monthsOf(count) } : undefined;
  return count <= maxDays ? { kind: "last", days: count } : undefined;
}

/**
 * The days that a run means. They follow from its occurrence in the schedule's zone, never from the clock, so a run that
 * comes late or twice means the same days.
 * @param occurrence the moment that the run was due at, in milliseconds since 1970
 * @param back how many periods earlier; those before a period to date are whole
 */
export function periodOf(rule: PeriodRule, occurrence: number, back = 0): DayRange {
  const zone = rule.time_zone;
  const today = addLocalDays(localDay(occurrence, zone), -rule.settle_days, zone);
  const period = parsedPeriod(rule);
  if (period.kind === "last") {
    const end = addLocalDays(today, -1 - back * period.days, zone);
    return dayRange(addLocalDays(end, 1 - period.days, zone), end, zone);
  }
  const { startOf, add } = period.unit;
  const current = startOf(today, rule);
  if (period.kind === "to-date" && back === 0) return dayRange(current, today, zone);
  const start = add(current, period.kind === "to-date" ? -back : -1 - back, zone);
  return dayRange(start, addDays(add(start, 1, zone), -1), zone);
}

/**
 * All whole periods of a schedule's kind from one day to another, oldest first; both days as YYYY-MM-DD.
 * @param max how many it gives at most
 */
export function periodsWithin(rule: PeriodRule, first: string, last: string, max = Number.POSITIVE_INFINITY) {
  const period = parsedPeriod(rule);
  const zone = rule.time_zone;
  const { startOf, add, next }: Unit = period.kind === "last" ? windowsOf(period.days) : period.unit;
  const from = existingDay(utcDay(first), 1, zone);
  const under = startOf(from, rule);
  const begin = under < from ? (next?.(under) ?? add(under, 1, zone)) : under;
  const ranges: DayRange[] = [];
  for (let count = 0; ; count++) {
    const range = dayRange(add(begin, count, zone), addDays(add(begin, count + 1, zone), -1), zone);
    if (range.end_date > last || ranges.length === max) return ranges;
    ranges.push(range);
  }
}

function windowsOf(length: number): Unit {
  return { startOf: (day) => day, add: (day, count, zone) => addLocalDays(day, count * length, zone) };
}

/** So many whole months in a row, which may begin with any month. */
function monthsOf(length: number): Unit {
  return {
    startOf: (day) => startOfMonth(day),
    add: (day, count) => addMonths(day, count * length),
    next: (start) => addMonths(start, 1),
  };
}

/** Whether a run of this rule can mean these days, whenever it was due. */
export function isPeriodOf(rule: PeriodRule, { start_date, end_date }: DayRange): boolean {
  const { kind, ...period } = parsedPeriod(rule);
  const zone = rule.time_zone;
  const { startOf, add }: Unit = "unit" in period ? period.unit : windowsOf(period.days);
  const start = startOf(utcDay(start_date), rule);
  const whole = dayRange(start, addDays(add(start, 1, zone), -1), zone);
  if (whole.start_date !== start_date) return false;
  return kind === "to-date" ? start_date <= end_date && end_date <= whole.end_date : end_date === whole.end_date;
}

/** The whole period before one that a run of this rule means; of a period to date, the one before that it is a part of. */
export function wholePeriodBefore(rule: PeriodRule, { start_date }: DayRange): DayRange {
  const period = parsedPeriod(rule);
  const zone = rule.time_zone;
  const { startOf, add }: Unit = period.kind === "last" ? windowsOf(period.days) : period.unit;
  const start = startOf(utcDay(start_date), rule);
  return dayRange(add(start, -1, zone), addDays(start, -1), zone);
}

/** Whether each run means other days, though the period has no beginning of its own: then only the newest is current. */
export function isRolling({ period }: Pick<PeriodRule, "period">): boolean {
  return period.startsWith("last-");
}

/** The earliest moment of the day on which a run means this period, in milliseconds since 1970. */
export function firstDayOf(rule: PeriodRule, { end_date }: DayRange): number {
  const until = parsedPeriod(rule).kind === "to-date" ? 0 : 1;
  const day = addLocalDays(utcDay(end_date), until + rule.settle_days, rule.time_zone);
  return firstMomentFrom(day.getTime(), rule.time_zone);
}

/**
 * The days that a trend is compared with; undefined for none. They are as many as the period has, since Toggl gives no
 * others, and end where the period before ends: October has 1 to 30 September beside it, not 1 October once more.
 * @param before the whole period before, where the period has a name (`periodOf`, one back)
 */
export function comparedDays(
  days: DayRange,
  kind: ConfiguredSchedule["previous_period"],
  before = periodBefore(days),
): DayRange | undefined {
  if (kind === "none") return undefined;
  const [start, end] = [utcDay(days.start_date), utcDay(days.end_date)];
  const last = differenceInCalendarDays(end, start);
  if (kind === "equal-length") return utcDays(addDays(start, -1 - last), addDays(start, -1));
  const [first, limit] =
    kind === "previous-period"
      ? [utcDay(before.start_date), utcDay(before.end_date)]
      : [addYears(start, -1), addYears(end, -1)];
  return utcDays(first, min([addDays(first, last), limit]));
}

/** First day of the days that a trend is compared with; undefined for none. The rest is as for `comparedDays`. */
export function previousPeriodStart(...compared: Parameters<typeof comparedDays>): string | undefined {
  return comparedDays(...compared)?.start_date;
}

/**
 * The period before days that have no name. Days from the first of a month to its end or to a day of it have the month
 * before, several whole months as many before; all others the days just before.
 */
function periodBefore({ start_date, end_date }: DayRange): DayRange {
  const [start, end] = [utcDay(start_date), utcDay(end_date)];
  const months = differenceInCalendarMonths(end, start) + 1;
  const isMonths = start.getDate() === 1 && (months === 1 || isSameDay(end, lastDayOfMonth(end)));
  const length = differenceInCalendarDays(end, start) + 1;
  return utcDays(isMonths ? addMonths(start, -months) : addDays(start, -length), addDays(start, -1));
}

function parsedPeriod({ period }: PeriodRule): ParsedPeriod {
  const parsed = parsePeriod(period);
  if (!parsed) throw new Error(`${period} is no period; there are ${periodHint}.`);
  return parsed;
}

/** The day that the calendar shows there, as that day in UTC: days are counted where none is skipped or cut short. */
function localDay(time: number, zone: string): Date {
  return utcDay(isoDay(new UTCDateMini(localTime(time, zone))));
}

/** So many days later or earlier, of those that the zone's calendar has. */
function addLocalDays(day: Date, count: number, zone: string): Date {
  let target = addDays(day, count);
  // One that the calendar has twice, as Kwajalein did in 1969, is passed at once: then the count is never met.
  while (Math.abs(daysBetween(day, target, zone)) < Math.abs(count) || !hasDay(target.getTime(), zone)) {
    target = addDays(target, Math.sign(count) || 1);
  }
  return target;
}

/** Counted by the time that passes between them, so a day that the calendar leaves out is none. */
function daysBetween(from: Date, to: Date, zone: string): number {
  const [start, end] = [from, to].map((day) => firstMomentFrom(day.getTime(), zone));
  return Math.round(((end ?? 0) - (start ?? 0)) / 86_400_000);
}

/** The day itself, or the next one that the zone's calendar has. */
function existingDay(day: Date, direction: 1 | -1, zone: string): Date {
  return hasDay(day.getTime(), zone) ? day : existingDay(addDays(day, direction), direction, zone);
}

function utcDay(day: string): Date {
  return new UTCDateMini(`${day}T00:00:00Z`);
}

/** Without days at its ends that the zone's calendar leaves out. */
function dayRange(start: Date, end: Date, zone: string): DayRange {
  return { start_date: isoDay(existingDay(start, 1, zone)), end_date: isoDay(existingDay(end, -1, zone)) };
}

function utcDays(start: Date, end: Date): DayRange {
  return { start_date: isoDay(start), end_date: isoDay(end) };
}

function isoDay(day: Date): string {
  return lightFormat(day, "yyyy-MM-dd");
}

/** 0 is Sunday, as date-fns counts. */
function weekdayNumber(name: ConfiguredSchedule["week_start"]) {
  return ((weekdays.indexOf(name) + 1) % 7) as 0 | 1 | 2 | 3 | 4 | 5 | 6;
}
