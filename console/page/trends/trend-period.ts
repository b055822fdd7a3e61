import { isDay } from "../../../api/times.ts";
import { type Days, daysOf, type TrendPeriod } from "../../../client/trend-summary.ts";
import { comparedDays, type DayRange, parsePeriod, periodOf } from "../../../lambdas/core/schedules/periods.ts";
import { sentenceCase, viewersZone } from "../wording.ts";

/** Periods to choose from; an address may name any other that schedules know. */
const presets = [
  "week-to-date",
  "previous-week",
  "last-7-days",
  "last-28-days",
  "last-30-days",
  "month-to-date",
  "previous-month",
  "quarter-to-date",
  "previous-quarter",
  "year-to-date",
  "previous-year",
  "last-12-months",
];

/** Without a choice four weeks: in whole weeks, the weekdays of both periods lie on each other. */
const ordinary = "last-28-days";

/** What addresses said before the console named periods as schedules do. */
const formerNames: Readonly<Record<string, string>> = {
  "this-month": "month-to-date",
  "this-quarter": "quarter-to-date",
};

const comparisons = ["previous-period", "equal-length", "same-last-year", "custom"] as const;
type Comparison = (typeof comparisons)[number];

type Settings = Readonly<Record<string, string>>;

/** Toggl began in 2006. */
export const firstDay = "2006-01-01";
export const lastDay = "2099-12-31";

/** Three years: more days than that are no chart, and ask too much of Toggl and of the page. */
const maxDays = 1096;

/** The period's name, or `custom` for days themselves. */
export function presetOf({ period = "" }: Settings): string {
  const name = Object.hasOwn(formerNames, period) ? (formerNames[period] ?? "") : period;
  return name === "custom" || isPeriod(name) ? name : ordinary;
}

/** Which periods can be chosen, in words; the one that is chosen is among them. */
export function presetChoices(settings: Settings): [name: string, text: string][] {
  const chosen = presetOf(settings);
  const others = [chosen].filter((name) => name !== "custom" && !presets.includes(name));
  return [
    ...[...presets, ...others].map((name): [string, string] => [name, periodText(name)]),
    ["custom", "Other days"],
  ];
}

/** What the days are compared with; one that comes to the same is the period before. */
export function comparisonOf(settings: Settings, now: number): Comparison {
  const chosen = comparisons.find((name) => name === settings.compare) ?? "previous-period";
  return chosen === "equal-length" && !(chosen in comparisonChoices(settings, now)) ? "previous-period" : chosen;
}

/** What can be compared with, in words. */
export function comparisonChoices(settings: Settings, now: number): Partial<Record<Comparison, string>> {
  const { days, before } = currentDays(settings, now);
  const [own, justBefore] = [comparedDays(days, "previous-period", before), comparedDays(days, "equal-length")];
  const areSame = JSON.stringify(own) === JSON.stringify(justBefore);
  return {
    "previous-period": unitText(settings, days, areSame),
    ...(!areSame && { "equal-length": "The days just before" }),
    "same-last-year": "The same days last year",
    custom: "Days from …",
  };
}

/** Such as “The month before”. */
function unitText(settings: Settings, { start_date, end_date }: DayRange, isJustBefore: boolean): string {
  const name = presetOf(settings);
  const unit = /^previous-(\w+)$/.exec(name)?.[1] ?? /^(\w+)-to-date$/.exec(name)?.[1];
  if (unit) return `The ${unit} before`;
  if (isJustBefore && !name.endsWith("-months")) return "The days just before";
  const monthOf = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  const months = monthOf(end_date) - monthOf(start_date) + 1;
  return months === 1 ? "The month before" : `The ${months} months before`;
}

/** A period's name in words, such as “Last 12 months”. */
function periodText(name: string): string {
  return sentenceCase(name).replace(/^(Last 1 \w+)s$/, "$1");
}

/**
 * The period that a view's settings mean; whatever is missing or no period falls back, as `periodError` says.
 * @param now milliseconds since 1970; what is over ends yesterday in the viewer's zone, what is under way ends today
 */
export function trendPeriod(settings: Settings, now: number): TrendPeriod {
  const { days, before } = currentDays(settings, now);
  const current = { first: days.start_date, last: days.end_date };
  const kind = comparisonOf(settings, now);
  const { previous = "" } = settings;
  if (kind === "custom" && dayError("First day", previous) === "") {
    return { current, previous: { first: previous, last: addDays(previous, daysOf(current).length - 1) } };
  }
  const compared = comparedDays(days, kind === "custom" ? "previous-period" : kind, before) ?? days;
  return { current, previous: { first: compared.start_date, last: compared.end_date } };
}

/** Which settings are no period, and what stands for them; empty if all are understood. */
export function periodError(settings: Settings, now: number): string {
  const { period = "", compare = "", from = "", to = "", previous = "" } = settings;
  const preset = presetOf(settings);
  const isKnown = period === "" || period === preset || Object.hasOwn(formerNames, period);
  const span = preset === "custom" ? { first: from, last: to } : namedDays(preset, now);
  const error = spanError(span.first, span.last);
  const instead = "the last 28 days are shown.";
  const errors = [
    !isKnown && `It has no period “${period}”; ${instead}`,
    error !== "" &&
      (preset === "custom"
        ? `From “${from}” to “${to}” is no period: ${error} ${sentenceCase(instead)}`
        : `“${settings.period}” cannot be shown: ${error} ${sentenceCase(instead)}`),
    compare !== "" &&
      !comparisons.some((name) => name === compare) &&
      `It has no comparison “${compare}”; the period before is taken.`,
    compare === "custom" &&
      dayError("First day", previous) !== "" &&
      `There is no day “${previous}” to compare with; the period before is taken.`,
  ];
  return errors.filter(Boolean).join(" ");
}

/** The days of the settings' period, and of the whole period before where it has a name. */
function currentDays(settings: Settings, now: number): { days: DayRange; before?: DayRange } {
  const preset = presetOf(settings);
  const { from = "", to = "" } = settings;
  if (preset === "custom" && spanError(from, to) === "") return { days: { start_date: from, end_date: to } };
  const { first, last } = preset === "custom" ? { first: "", last: "" } : namedDays(preset, now);
  const rule = ruleOf(spanError(first, last) === "" ? preset : ordinary);
  return { days: periodOf(rule, now), before: periodOf(rule, now, 1) };
}

function namedDays(name: string, now: number): Days {
  const { start_date: first, end_date: last } = periodOf(ruleOf(name), now);
  return { first, last };
}

function isPeriod(name: string): boolean {
  return parsePeriod(name) !== undefined;
}

function ruleOf(period: string) {
  return { period, time_zone: viewersZone(), week_start: "monday", settle_days: 0 } as const;
}

/** Why two days are no period, in a sentence; empty if they are one. */
export function spanError(first: string, last: string): string {
  const error = dayError("From", first) || dayError("To", last);
  if (error !== "") return error;
  if (first > last) return "“From” must not be after “To”.";
  const days = daysOf({ first, last }).length;
  return days > maxDays ? `A period may have ${maxDays} days at most; these are ${days}.` : "";
}

/** Why a text is no day that can be looked at, in a sentence; empty if it is one. */
export function dayError(name: string, text: string): string {
  if (!isDay(text)) return `“${name}” must be a day.`;
  return text < firstDay || text > lastDay ? `“${name}” must be from ${firstDay} to ${lastDay}.` : "";
}

function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);
}
