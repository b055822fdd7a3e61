import { createHash } from "node:crypto";
import { ulid } from "ulid";
import type { ExportOrder, ExportOrigin } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import type { FileFormat } from "../../../api/reports.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { isoTime } from "../../../api/times.ts";
import { periodOf, previousPeriodStart } from "./periods.ts";

/** How many of the periods before a run may make again, at most. */
export const maxRefreshPrevious = 24;

/** One export that is made in the background. */
export interface ExportJob extends ExportOrder, ExportOrigin {
  readonly id: string;
  /** When it was asked for, if that is not when it is first worked on. */
  readonly created_at?: string;
  /** Whether its days were exported before and it only counts if they changed. */
  readonly isRefresh: boolean;
  /** The export of the same run and days whose file this one is made of, in place of asking Toggl again. */
  readonly madeFrom?: string;
}

/**
 * Every file that a run of a schedule makes, the newest period first, and JSON before what is made of it.
 * @param occurrence the moment that the run was due at, in milliseconds since 1970
 */
export function scheduledExports(schedule: ConfiguredSchedule, occurrence: number): ExportJob[] {
  const { name, workspace_id, report, formats, refresh_previous } = schedule;
  return Array.from({ length: refresh_previous + 1 }, (_, back) =>
    jsonFirst(formats).map(
      (format): ExportJob => ({
        id: scheduledExportId(schedule, occurrence, format, back),
        workspace_id,
        report,
        format,
        parameters: scheduledParameters(schedule, occurrence, back),
        ...(schedule.spreadsheet_safe && format === "csv" && { spreadsheet_safe: true }),
        requested_by: "schedule",
        schedule: name,
        occurrence: isoTime(occurrence),
        isRefresh: back > 0,
        ...(format !== "json" &&
          formats.includes("json") && { madeFrom: scheduledExportId(schedule, occurrence, "json", back) }),
      }),
    ),
  ).flat();
}

function jsonFirst(formats: readonly FileFormat[]): FileFormat[] {
  const isJson = (format: FileFormat) => format === "json";
  return [...formats.filter(isJson), ...formats.filter((format) => !isJson(format))];
}

/** A period's days and what the schedule says itself. */
function scheduledParameters(schedule: ConfiguredSchedule, occurrence: number, back: number): Parameters {
  const days = periodOf(schedule, occurrence, back);
  const before = periodOf(schedule, occurrence, back + 1);
  const previous_period_start = previousPeriodStart(days, schedule.previous_period, before);
  return { ...schedule.parameters, ...days, ...(previous_period_start && { previous_period_start }) };
}

/** A ULID whose time is the occurrence and whose other digits follow from what is made, so a second run finds the first. */
function scheduledExportId(
  { workspace_id, name }: Pick<ConfiguredSchedule, "workspace_id" | "name">,
  occurrence: number,
  format: FileFormat,
  back: number,
): string {
  const identity = JSON.stringify([workspace_id, name, isoTime(occurrence), format, back]);
  const digits = createHash("sha256").update(identity).digest();
  let at = 0;
  return ulid(occurrence, () => (digits[at++] ?? 0) / 256);
}
