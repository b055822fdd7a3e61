import { type Days, daysOf, type TrendPeriod } from "../../../client/trend-summary.ts";

export const presets = {
  "last-7-days": "Last 7 days",
  "last-28-days": "Last 4 weeks",
  "last-30-days": "Last 30 days",
  "this-month": "This month so far",
  "previous-month": "Previous month",
  "this-quarter": "This quarter so far",
  "previous-quarter": "Previous quarter",
  custom: "Other days",
} as const;

export const comparisons = {
  "equal-length": "The days just before",
  "same-last-year": "The same days last year",
  custom: "Days from …",
} as const;

type Preset = keyof typeof presets;
type Comparison = keyof typeof comparisons;

const dayMs = 86_400_000;

/** Toggl began in 2006. */
export const firstDay = "2006-01-01";
export const lastDay = "2099-12-31";

/** Three years: more days than that are no chart, and ask too much of Toggl and of the page. */
const maxDays = 1096;

function addDays(day: string, days: number): string {
  return isoDay(Date.parse(day) + days * dayMs);
}

/**
 * @param today in the viewer's own calendar; what is over ends yesterday, what is under way ends today
 */
export function presetDays(preset: Exclude<Preset, "custom">, today: string): Days {
  const [year, month] = [Number(today.slice(0, 4)), Number(today.slice(5, 7)) - 1];
  const quarter = month - (month % 3);
  switch (preset) {
    case "last-7-days":
      return { first: addDays(today, -7), last: addDays(today, -1) };
    case "last-28-days":
      return { first: addDays(today, -28), last: addDays(today, -1) };
    case "last-30-days":
      return { first: addDays(today, -30), last: addDays(today, -1) };
    case "this-month":
      return { first: dayOf(year, month, 1), last: today };
    case "previous-month":
      return { first: dayOf(year, month - 1, 1), last: dayOf(year, month, 0) };
    case "this-quarter":
      return { first: dayOf(year, quarter, 1), last: today };
    case "previous-quarter":
      return { first: dayOf(year, quarter - 3, 1), last: dayOf(year, quarter, 0) };
  }
}

/** The period that a view's settings mean; whatever is missing or no period falls back, as `periodError` says. */
export function trendPeriod(settings: Readonly<Record<string, string>>, today: string): TrendPeriod {
  const current = currentDays(settings, today);
  const length = daysOf(current).length;
  const first = previousFirst(settings, current, length);
  return { current, previous: { first, last: addDays(first, length - 1) } };
}

/** Which settings are no period, and what stands for them; empty if all are understood. */
export function periodError(settings: Readonly<Record<string, string>>): string {
  const { period = "", compare = "", from = "", to = "", previous = "" } = settings;
  const errors = [
    period !== "" && !Object.hasOwn(presets, period) && `It has no period “${period}”; the last 4 weeks are shown.`,
    presetOf(settings) === "custom" &&
      spanError(from, to) !== "" &&
      `From “${from}” to “${to}” is no period: ${spanError(from, to)} The last 4 weeks are shown.`,
    compare !== "" &&
      !Object.hasOwn(comparisons, compare) &&
      `It has no comparison “${compare}”; the days just before are taken.`,
    comparisonOf(settings) === "custom" &&
      dayError("First day", previous) !== "" &&
      `There is no day “${previous}” to compare with; the days just before are taken.`,
  ];
  return errors.filter(Boolean).join(" ");
}

/** Without a choice the last four weeks: in whole weeks, the weekdays of both periods lie on each other. */
export function presetOf({ period = "" }: Readonly<Record<string, string>>): Preset {
  return Object.hasOwn(presets, period) ? (period as Preset) : "last-28-days";
}

export function comparisonOf({ compare = "" }: Readonly<Record<string, string>>): Comparison {
  return Object.hasOwn(comparisons, compare) ? (compare as Comparison) : "equal-length";
}

function currentDays(settings: Readonly<Record<string, string>>, today: string): Days {
  const preset = presetOf(settings);
  if (preset !== "custom") return presetDays(preset, today);
  const { from: first = "", to: last = "" } = settings;
  return spanError(first, last) === "" ? { first, last } : presetDays("last-28-days", today);
}

function previousFirst(settings: Readonly<Record<string, string>>, { first }: Days, length: number): string {
  const kind = comparisonOf(settings);
  const { previous = "" } = settings;
  if (kind === "custom" && dayError("First day", previous) === "") return previous;
  if (kind !== "same-last-year") return addDays(first, -length);
  const [year, month, day] = first.split("-").map(Number);
  return dayOf((year ?? 0) - 1, (month ?? 1) - 1, month === 2 && day === 29 ? 28 : (day ?? 1));
}

/** Why two days are no period, in a sentence; empty if they are one. */
export function spanError(first: string, last: string): string {
  const error = dayError("From", first) || dayError("To", last);
  if (error !== "") return error;
  if (first > last) return "“From” must not be after “To”.";
  const days = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1;
  return days > maxDays ? `A period may have ${maxDays} days at most; these are ${days}.` : "";
}

/** Why a text is no day that can be looked at, in a sentence; empty if it is one. */
export function dayError(name: string, text: string): string {
  if (!isDay(text)) return `“${name}” must be a day.`;
  return text < firstDay || text > lastDay ? `“${name}” must be from ${firstDay} to ${lastDay}.` : "";
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && isoDay(Date.parse(text)) === text;
}

function dayOf(year: number, month: number, day: number): string {
  return isoDay(Date.UTC(year, month, day));
}

function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
