import * as z from "zod/mini";
import { callers } from "./callers.ts";
import { Problem } from "./problem.ts";
import { fileFormats, scheduledReports } from "./reports.ts";
import { count, described, list, optional, parameters, sha256, time, workspaceId } from "./schemas.ts";
import { warningCodes } from "./statuses.ts";

export const ExportId = described(
  z.string().check(z.regex(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/)),
  "A ULID: ids sort by time.",
);

/** A file as it lies in the bucket: Toggl's own bytes, unless it was made of them: safe for spreadsheets, or trends as CSV. */
export const ExportFile = z.object({
  bucket: z.string(),
  key: z.string(),
  bytes: count,
  rows: optional(count, "Records below the header; CSV only."),
  columns: optional(list(z.string()), "Names in the header; of a workbook, in the first row of its first sheet."),
  sha256,
  source_sha256: optional(
    sha256,
    "Of Toggl's own bytes, where the file was made of them: safe for spreadsheets, or trends as CSV.",
  ),
  content_type: z.string(),
});
export interface ExportFile extends z.infer<typeof ExportFile> {}

/** What a call cost, and what Toggl said is left. */
export const TogglUsage = z.object({
  requests: described(count, "Requests made, retries included."),
  quota_remaining: z.optional(z.int()),
  quota_resets_at: z.optional(time),
});
export interface TogglUsage extends z.infer<typeof TogglUsage> {}

/** Something odd about a file that is no proof of damage. */
const Warning = z.object({
  code: z.literal(warningCodes),
  detail: z.string(),
  added: optional(list(z.string()), "Of `columns_changed`: names of columns that the file before did not have."),
  removed: optional(list(z.string()), "Of `columns_changed`: names of columns that this file does not have."),
  moved: optional(list(z.string()), "Of `columns_changed`: names of columns that stand in another order."),
});
export interface Warning extends z.infer<typeof Warning> {}

/** Rows of a file that was made again, compared with the one before. A row's name is what stands before its figures. */
const RowChanges = z.object({ added: count, removed: count, changed: count });
export interface RowChanges extends z.infer<typeof RowChanges> {}

/** What Toggl was asked for: one report of one workspace, as one file. */
const order = {
  workspace_id: workspaceId,
  report: z.literal(scheduledReports),
  format: z.literal(fileFormats),
  parameters,
  spreadsheet_safe: optional(z.literal(true)),
};
export interface ExportOrder extends z.infer<z.ZodMiniObject<typeof order>> {}

/** Who asked for an export. */
const origin = {
  requested_by: z.literal(["http", "schedule"]),
  requested_with: optional(
    z.literal(callers),
    "The program that asked, as its User-Agent names it; absent for any other and for runs that were due.",
  ),
  schedule: optional(z.string()),
  occurrence: optional(time, "The moment that the schedule's run was due at."),
};
export interface ExportOrigin extends z.infer<z.ZodMiniObject<typeof origin>> {}

/** What every export has, wherever it stands. */
const common = {
  id: ExportId,
  ...order,
  ...origin,
  created_at: time,
  attempts: optional(count, "How often it was tried; waiting for Toggl or its token does not count."),
  waits: optional(count, "How often it waited for Toggl's quota or pace, or for a token; after 24 times it fails."),
};

/** What is said of the event about an outcome. */
const event = {
  event_sent_at: optional(time, "When the event about the outcome went out."),
  event_failed_at: optional(
    time,
    "When that event could not be sent; it is sent as soon as that works, and then this goes.",
  ),
};

export const QueuedExport = z.object({
  ...common,
  status: z.literal("queued"),
  problem: optional(Problem, "Why its last attempt failed; it is tried again."),
});
export interface QueuedExport extends z.infer<typeof QueuedExport> {}

export const RunningExport = z.object({ ...common, status: z.literal("running") });
export interface RunningExport extends z.infer<typeof RunningExport> {}

export const DeferredExport = z.object({
  ...common,
  status: z.literal("deferred"),
  problem: described(Problem, "What it waits for."),
  resumes_at: described(time, "When it is tried again."),
});
export interface DeferredExport extends z.infer<typeof DeferredExport> {}

const succeeded = {
  ...common,
  status: z.literal("succeeded"),
  asked_at: optional(time, "When Toggl was asked for it: of two files of the same days, the later is the newer one."),
  completed_at: time,
  file: ExportFile,
  warnings: optional(list(Warning), "Something odd about the file that is no proof of damage."),
  toggl: optional(TogglUsage),
  restates: optional(ExportId, "The earlier export of the same days that this one differs from."),
  restatement: optional(RowChanges, "How its rows differ; absent where they were not compared one by one."),
  unchanged: optional(z.literal(true), "The same content was there before: `file` is that earlier file."),
  ...event,
};

export const SucceededExport = z.object(succeeded);
export interface SucceededExport extends z.infer<typeof SucceededExport> {}

export const FailedExport = z.object({
  ...common,
  status: z.literal("failed"),
  completed_at: time,
  problem: described(Problem, "Why it failed."),
  ...event,
});
export interface FailedExport extends z.infer<typeof FailedExport> {}

/** An export as its record in the bucket holds it. */
export const Export = described(
  z.discriminatedUnion("status", [QueuedExport, RunningExport, DeferredExport, SucceededExport, FailedExport]),
  "An export as its record holds it: `status` says which of these it is.",
);
export type Export = QueuedExport | RunningExport | DeferredExport | SucceededExport | FailedExport;

/** What an export can have, for whoever shows whatever is there. */
export type ExportFields = Partial<
  Omit<SucceededExport, "status"> & Omit<FailedExport, "status"> & Pick<DeferredExport, "resumes_at">
>;

/** A presigned link to an export's file, and when it stops. */
const link = { download_url: z.url(), download_url_expires_at: time };
export interface DownloadLink extends z.infer<z.ZodMiniObject<typeof link>> {}

export const PublishedExport = described(
  z.object({ ...succeeded, ...link }),
  "An export whose file is there, with a fresh link to it.",
);
export interface PublishedExport extends z.infer<typeof PublishedExport> {}

export const ExportWithLink = described(
  z.discriminatedUnion("status", [QueuedExport, RunningExport, DeferredExport, PublishedExport, FailedExport]),
  "An export, with a fresh link to its file where there is one.",
);
export type ExportWithLink = QueuedExport | RunningExport | DeferredExport | PublishedExport | FailedExport;

export const ExportList = z.object({
  exports: list(Export),
  unreadable: optional(
    list(z.string()),
    "Ids of exports that belong on this page but cannot be read; each one's own address says why.",
  ),
  next_cursor: optional(z.string(), "Absent on the last page."),
});
export interface ExportList extends z.infer<typeof ExportList> {}
