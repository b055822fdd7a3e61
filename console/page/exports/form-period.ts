import { type DayRange, parsePeriod, periodOf } from "../../../lambdas/core/schedules/periods.ts";
import { sentenceCase } from "../wording.ts";
import type { FilledIn } from "./form-state.ts";

const offered = [
  "month-to-date",
  "previous-month",
  "quarter-to-date",
  "previous-quarter",
  "year-to-date",
  "previous-year",
  "last-12-months",
  "last-30-days",
];

/** The periods that the form offers, by their names in schedules and on the command line; `custom` has days of its own. */
export const formPeriods: readonly (readonly [name: string, text: string])[] = [
  ...offered.map((name) => [name, sentenceCase(name)] as const),
  ["custom", "Other days"],
];

/**
 * The days that a form means; empty fields where it means none.
 * @param now milliseconds since 1970
 * @param zone the viewer's, an IANA name
 */
export function formDays({ period, values }: Pick<FilledIn, "period" | "values">, now: number, zone: string): DayRange {
  if (parsePeriod(period) === undefined) {
    return { start_date: values.start_date ?? "", end_date: values.end_date ?? "" };
  }
  return periodOf({ period, time_zone: zone, week_start: "monday", settle_days: 0 }, now);
}
