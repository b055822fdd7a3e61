import type { Problem } from "../problem.ts";
import { parseInstant } from "../times.ts";
import { isExportId } from "./export-id.ts";
import type { Parameters } from "./parameters.ts";
import type { ExportFormat, ExportReport } from "./reports.ts";

export const exportStatuses = ["queued", "running", "deferred", "succeeded", "failed"] as const;

export type ExportStatus = (typeof exportStatuses)[number];

/** What Toggl was asked for: one report of one workspace, as one file. */
export interface ExportOrder {
  readonly workspace_id: number;
  readonly report: ExportReport;
  readonly format: ExportFormat;
  /** Exactly what goes to Toggl. */
  readonly parameters: Parameters;
  /** Whether cells that a spreadsheet would run as a formula get an apostrophe in front; CSV only. */
  readonly spreadsheet_safe?: true;
}

export const warningCodes = [
  "ragged_records",
  "blank_lines",
  "stray_quotes",
  "carriage_returns",
  "nul_bytes",
  "one_column",
  "no_table",
  "header_cut",
  "parts_unchecked",
  "not_compared",
  "rows_fell",
] as const;

/** Something odd about a file that is no proof of damage. */
export interface Warning {
  readonly code: (typeof warningCodes)[number];
  readonly detail: string;
}

/** A file as it lies in the bucket: Toggl's own bytes, unless it was made safe for spreadsheets. */
export interface ExportFile {
  readonly bucket: string;
  readonly key: string;
  readonly bytes: number;
  /** Records below the header; CSV only. */
  readonly rows?: number;
  /** Names in the header; CSV only. */
  readonly columns?: readonly string[];
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of Toggl's own bytes, where the file was made safe for spreadsheets. */
  readonly source_sha256?: string;
  readonly content_type: string;
}

/** What a call cost, and what Toggl said is left. */
export interface TogglUsage {
  /** Requests made, retries included. */
  readonly requests: number;
  readonly quota_remaining?: number;
  readonly quota_resets_at?: string;
}

/** Rows of a file that was made again, compared with the one before. A row's name is what stands before its figures. */
export interface RowChanges {
  readonly added: number;
  readonly removed: number;
  /** Rows of the same name with other figures. */
  readonly changed: number;
}

/** Who asked for an export. */
export interface ExportOrigin {
  readonly requested_by: "http" | "schedule";
  /** The schedule that asked for it, if one did. */
  readonly schedule?: string;
  /** The moment that the schedule's run was due at. */
  readonly occurrence?: string;
}

/** An export as its record in the bucket holds it. Times are ISO 8601 in UTC. */
export interface Export extends ExportOrder, ExportOrigin {
  readonly id: string;
  readonly status: ExportStatus;
  readonly created_at: string;
  readonly completed_at?: string;
  readonly file?: ExportFile;
  readonly warnings?: readonly Warning[];
  readonly toggl?: TogglUsage;
  /** How often the queue tried; waiting for Toggl or its token does not count. */
  readonly attempts?: number;
  /** How often it waited for Toggl's quota or pace, or for a token. */
  readonly waits?: number;
  /** When a deferred export is tried again. */
  readonly resumes_at?: string;
  /** Why it failed, or why its last attempt did. */
  readonly problem?: Problem;
  /** The earlier export of the same days that this one was compared with and differs from. */
  readonly restates?: string;
  /** How its rows differ; absent for workbooks, and where the files could not be compared. */
  readonly restatement?: RowChanges;
  /** The same days had the same content before: `file` is that earlier file, and no second one was kept. */
  readonly unchanged?: true;
  /** When the event about the outcome went out. */
  readonly event_sent_at?: string;
  /** When the event about the outcome could not be sent; it is sent as soon as that works, and this goes. */
  readonly event_failed_at?: string;
}

/** Whether a value has what every record has, whatever version of this product wrote it, and no time that is none. */
export function isExport(value: unknown): value is Export {
  if (!isObject(value)) return false;
  const { id, status, workspace_id, report, format, parameters, created_at, file } = value;
  const texts = [id, status, report, format];
  if (!texts.every((text) => typeof text === "string") || !isExportId(String(id))) return false;
  if (!Number.isSafeInteger(workspace_id) || !isObject(parameters)) return false;
  if (created_at === undefined || !times.every((name) => value[name] === undefined || isTime(value[name])))
    return false;
  return file === undefined || (isObject(file) && typeof file.key === "string");
}

/** Fields that are read as moments; one that is none would break whatever counts with it. */
const times = ["created_at", "completed_at", "occurrence", "resumes_at", "event_sent_at", "event_failed_at"] as const;

function isTime(value: unknown): boolean {
  return typeof value === "string" && parseInstant(value) !== undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** An export whose file is there. */
export type PublishedExport = Export & { readonly file: ExportFile };

export function isPublished(made: Export): made is PublishedExport {
  return made.file !== undefined;
}

/** Some of a workspace's exports, newest first. */
export interface HistoryPage {
  readonly exports: readonly Export[];
  /** Ids of exports between them that are there but cannot be read. */
  readonly unreadable: readonly string[];
  /** The id that the page ended with, if older exports follow. */
  readonly next?: string;
}

/** A presigned link to an export's file, and when it stops. */
export interface DownloadLink {
  readonly download_url: string;
  readonly download_url_expires_at: string;
}
