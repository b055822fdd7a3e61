import type { ExportAnswer } from "../exports/export-answer.ts";

/** A schedule as the API answers it; only what the page shows. */
export interface ScheduleAnswer {
  readonly name: string;
  readonly report: string;
  readonly formats: readonly string[];
  readonly cron?: string;
  readonly rate?: string;
  readonly time_zone: string;
  readonly enabled: boolean;
  readonly period: string;
  readonly refresh_previous: number;
  readonly next_run_at?: string;
  readonly last_export?: ExportAnswer;
}
