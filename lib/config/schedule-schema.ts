import * as z from "zod";
import { fileFormats, formatsOf, scheduledReports, trendsReport } from "../../api/reports.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { columnsPolicies, previousPeriods, weekdays } from "../../api/schedule-words.ts";
import { parseParameters } from "../../lambdas/core/exports/parameters.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { cronError, rateError } from "../../lambdas/core/schedules/cron.ts";
import { parsePeriod, periodHint, periodOf, previousPeriodStart } from "../../lambdas/core/schedules/periods.ts";
import { maxRefreshPrevious } from "../../lambdas/core/schedules/schedule.ts";
import { canonicalZone, zoneError } from "./time-zone.ts";

/** Parameters that a schedule works out by itself. */
const ownParameters = ["start_date", "end_date", "previous_period_start"];

const cronText = z
  .string()
  .describe("When to run: minutes hours day-of-month month day-of-week year, as EventBridge has them.");

/** One entry of `schedules` in insights.config.json. */
export const scheduleSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,39}$/, "must be lower-case letters, digits and hyphens, and begin with a letter")
      .describe("What the schedule is called, in addresses and in the history. A new name begins a new history."),
    workspace_id: z.int().positive().describe("One of the workspaces above."),
    report: z
      .literal(scheduledReports)
      .describe("Which report to export; data_trends/projects is a day-by-day table with ids."),
    formats: z
      .array(z.literal(fileFormats))
      .min(1)
      .refine((formats) => new Set(formats).size === formats.length, "must not name a format twice")
      .default(["csv"])
      .describe("One file for each: csv and xlsx; of data_trends/projects json and csv, with one request to Toggl."),
    cron: cronText.optional(),
    rate: z
      .string()
      .superRefine(mustPass(rateError))
      .optional()
      .describe("How often to run, in place of cron: such as 1 hour or 7 days."),
    time_zone: z
      .string()
      .superRefine(mustPass(zoneError))
      .overwrite((zone) => canonicalZone(zone) ?? zone)
      .default("UTC")
      .describe("IANA name of the zone that cron and period go by, such as Europe/Berlin."),
    enabled: z.boolean().default(true).describe("false pauses the schedule."),
    period: z
      .string()
      .refine((period) => parsePeriod(period) !== undefined, `must be ${periodHint}`)
      .describe(`Which days to export, seen from the day of the run: ${periodHint}.`),
    week_start: z.literal(weekdays).default("monday").describe("First day of a week."),
    settle_days: z
      .int()
      .min(0)
      .max(90)
      .default(0)
      .describe("Days to wait for late entries: a run acts as though it ran this many days earlier."),
    previous_period: z.literal(previousPeriods).default("none").describe("For trends: the period to compare with."),
    refresh_previous: z
      .int()
      .min(0)
      .max(maxRefreshPrevious)
      .default(0)
      .describe("Make this many earlier periods again with each run, and keep what changed."),
    spreadsheet_safe: z
      .boolean()
      .optional()
      .describe("true puts an apostrophe before CSV cells that a spreadsheet would run as a formula."),
    on_columns_changed: z
      .literal(columnsPolicies)
      .default("publish")
      .describe("hold keeps the current files as they are when a new one has other columns, until you accept them."),
    parameters: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("What else goes to Toggl, such as currency and resolution."),
  })
  .superRefine(refuseContradictions);

function refuseContradictions(schedule: ConfiguredSchedule, context: z.RefinementCtx): void {
  const refuse = (path: (string | number)[], message: string) => context.addIssue({ code: "custom", path, message });
  if ((schedule.cron === undefined) === (schedule.rate === undefined)) {
    refuse([], "must have either cron or rate");
  }
  const { cron, time_zone } = schedule;
  const error = cron === undefined ? undefined : cronError(cron, Date.now(), canonicalZone(time_zone));
  if (error !== undefined) refuse(["cron"], error);
  if (schedule.spreadsheet_safe && !schedule.formats.includes("csv")) {
    refuse(["spreadsheet_safe"], "is for csv, which is none of the formats; nothing else runs text");
  }
  const { report } = schedule;
  schedule.formats.forEach((format, index) => {
    if (formatsOf(report).includes(format)) return;
    refuse(["formats", index], `is ${format}, but ${report} comes as ${formatsOf(report).join(" or ")}`);
  });
  if (schedule.previous_period !== "none" && report !== "trends/projects" && report !== trendsReport) {
    refuse(["previous_period"], `is for trends/projects and ${trendsReport} only`);
  }
  for (const name of ownParameters.filter((own) => own in schedule.parameters)) {
    refuse(["parameters", name], "is worked out from period (and previous_period); leave it out");
  }
  for (const { field, detail } of parameterErrorsOf(schedule)) {
    if (!ownParameters.includes(field)) refuse(["parameters", field], detail);
  }
}

/** What Toggl's report would not take, with a period filled in. */
function parameterErrorsOf(schedule: ConfiguredSchedule): { field: string; detail: string }[] {
  if (parsePeriod(schedule.period) === undefined || !canonicalZone(schedule.time_zone)) return []; // said already
  const days = periodOf(schedule, Date.now());
  const previous = previousPeriodStart(days, schedule.previous_period);
  try {
    parseParameters(schedule.report, {
      ...schedule.parameters,
      ...days,
      ...(previous && { previous_period_start: previous }),
    });
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [...(error.errors ?? [])];
  }
}

function mustPass(errorIn: (value: string) => string | undefined) {
  return (value: string, context: z.RefinementCtx) => {
    const message = errorIn(value);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  };
}
