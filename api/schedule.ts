import * as z from "zod/mini";
import { Export, ExportId } from "./export.ts";
import { fileFormats, scheduledReports } from "./reports.ts";
import { columnsPolicies, previousPeriods, weekdays } from "./schedule-words.ts";
import { count, described, list, optional, parameters, time, workspaceId } from "./schemas.ts";
import { exportStatuses } from "./statuses.ts";

/** A schedule of insights.config.json: checked, and with everything filled in that was left out. */
const configured = {
  name: z.string(),
  workspace_id: workspaceId,
  report: z.literal(scheduledReports),
  formats: list(z.literal(fileFormats)),
  /** Six fields in AWS's own way; either this or `rate` is there. */
  cron: optional(z.string()),
  /** Such as `6 hours`. */
  rate: optional(z.string()),
  /** An IANA name: where the clock hangs that `cron` and `period` go by. */
  time_zone: z.string(),
  enabled: described(z.boolean(), "false while it is paused."),
  /** Such as `previous-month`. */
  period: z.string(),
  week_start: z.literal(weekdays),
  /** Days that a period has to be over before it counts as over. */
  settle_days: count,
  /** Which period a trend is compared with. */
  previous_period: z.literal(previousPeriods),
  /** How many of the periods before are made again with each run. */
  refresh_previous: count,
  /** Whether its CSV files are to hold no cell that a spreadsheet would run. */
  spreadsheet_safe: optional(z.boolean()),
  /** Whether a file with other columns than the one before becomes the current one; `publish` if left out. */
  on_columns_changed: optional(z.literal(columnsPolicies)),
  /** What goes to Toggl beside the period. */
  parameters,
};
export interface ConfiguredSchedule extends z.infer<z.ZodMiniObject<typeof configured>> {}

/** One occurrence of a schedule, and what became of the files that it makes. */
export const ScheduleRun = z.object({
  occurrence: described(time, "The moment that it was due at."),
  from_date: described(z.iso.date(), "First day of its own period, not of one that it makes again."),
  to_date: described(z.iso.date(), "Last day of its own period."),
  status: described(z.literal(exportStatuses), "That of the export of its own period that went worst."),
  exports: described(
    list(
      z.object({
        id: ExportId,
        workspace_id: workspaceId,
        format: z.literal(fileFormats),
        status: z.literal(exportStatuses),
      }),
    ),
    "Those of its own period, one for each format.",
  ),
  unchanged: described(
    count,
    "How many of all its exports, those of earlier periods too, found the content that was there.",
  ),
  restated: described(count, "How many found other content than there was."),
  deferred: described(count, "How many wait for Toggl or a token."),
  failed: described(count, "How many failed."),
});
export interface ScheduleRun extends z.infer<typeof ScheduleRun> {}

export const Schedule = z.object({ ...configured, next_run_at: z.optional(time), last_run: z.optional(ScheduleRun) });
export interface Schedule extends z.infer<typeof Schedule> {}

export const ScheduleList = z.object({ schedules: list(Schedule) });
export interface ScheduleList extends z.infer<typeof ScheduleList> {}

export const RunRequest = z.object({
  occurrence: optional(time, "The moment that the run is to be for; now if left out."),
  refresh: optional(z.boolean(), "false leaves out the periods before."),
});
export interface RunRequest extends z.infer<typeof RunRequest> {}

export const Run = z.object({
  schedule: z.string(),
  occurrence: time,
  refresh: z.optional(z.literal(false)),
  exports: list(Export),
});
export interface Run extends z.infer<typeof Run> {}
