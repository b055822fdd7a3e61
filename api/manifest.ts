import * as z from "zod/mini";
import { ExportId } from "./export.ts";
import { fileFormats } from "./reports.ts";
import { ScheduleRun } from "./schedule.ts";
import { count, described, list, optional, parameters, sha256, time, workspaceId } from "./schemas.ts";

/** One file below `current/`: the newest version of one period in one format. */
export const ManifestEntry = z.object({
  workspace_id: workspaceId,
  format: z.literal(fileFormats),
  from_date: described(z.iso.date(), "First day of its period."),
  to_date: described(z.iso.date(), "Last day of its period."),
  key: described(z.string(), "Where it lies below current/."),
  source_key: described(z.string(), "The same bytes below exports/, which never change."),
  export_id: ExportId,
  occurrence: time,
  asked_at: described(time, "When Toggl was asked for it."),
  completed_at: time,
  bytes: count,
  rows: optional(count, "Records below the header; CSV only."),
  columns: optional(list(z.string()), "Names in the header."),
  sha256,
  parameters,
  restates: optional(ExportId, "The earlier export of the same days that it differs from."),
});
export interface ManifestEntry extends z.infer<typeof ManifestEntry> {}

/** A file that is not in `current/` because its columns are not the ones before. */
const HeldExport = z.object({
  workspace_id: workspaceId,
  format: z.literal(fileFormats),
  export_id: ExportId,
  from_date: z.iso.date(),
  to_date: z.iso.date(),
  columns: list(z.string()),
});
export interface HeldExport extends z.infer<typeof HeldExport> {}

/** What `current/` has of a schedule, as `manifest.json` beside its files says it. */
export const Manifest = z.object({
  schedule: z.string(),
  definition_sha256: described(sha256, "Of what its files follow from: another one begins with an empty list."),
  written_at: time,
  entries: described(list(ManifestEntry), "The newest period first."),
  held: optional(list(HeldExport), "What waits for its columns to be accepted."),
  last_run: optional(ScheduleRun, "The newest run that has come to an end."),
});
export interface Manifest extends z.infer<typeof Manifest> {}

/** Columns that `current/` takes though they are not the ones before. */
export const AcceptedColumns = z.object({
  workspace_id: workspaceId,
  format: z.literal(fileFormats),
  columns: list(z.string()),
});
export interface AcceptedColumns extends z.infer<typeof AcceptedColumns> {}

/** That `current/` of a schedule is made again, soon. */
export const Rebuild = z.object({
  schedule: z.string(),
  accepted: optional(list(AcceptedColumns), "What is taken from now on; only of accept-columns."),
});
export interface Rebuild extends z.infer<typeof Rebuild> {}
