import type { Parameters } from "./parameters.ts";
import type { ExportFormat, ExportReport } from "./reports.ts";

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** Which period a trend is compared with. */
export const previousPeriods = ["none", "equal-length", "same-last-year"] as const;

/** How many of the periods before a run may make again, at most. */
export const maxRefreshPrevious = 24;

/** A schedule of insights.config.json: checked, and with everything filled in that was left out. */
export interface Schedule {
  readonly name: string;
  readonly workspace_id: number;
  readonly report: ExportReport;
  readonly formats: readonly ExportFormat[];
  /** Six fields in AWS's own way; either this or `rate` is there. */
  readonly cron?: string | undefined;
  /** Such as `6 hours`. */
  readonly rate?: string | undefined;
  /** An IANA name: where the clock hangs that `cron` and `period` go by. */
  readonly time_zone: string;
  readonly enabled: boolean;
  /** Such as `previous-month`. */
  readonly period: string;
  readonly week_start: (typeof weekdays)[number];
  /** Days that a period has to be over before it counts as over. */
  readonly settle_days: number;
  readonly previous_period: (typeof previousPeriods)[number];
  /** How many of the periods before are made again with each run. */
  readonly refresh_previous: number;
  /** Whether its CSV files are to hold no cell that a spreadsheet would run. */
  readonly spreadsheet_safe?: boolean | undefined;
  /** What goes to Toggl beside the period. */
  readonly parameters: Parameters;
}
