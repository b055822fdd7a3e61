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
}

/** Something odd about a file that is no proof of damage. */
export interface Warning {
  readonly code: "ragged_records" | "blank_lines" | "stray_quotes";
  readonly detail: string;
}

/** A file as it lies in the bucket: Toggl's own bytes. */
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
  readonly content_type: string;
}

/** What a call cost, and what Toggl said is left. */
export interface TogglUsage {
  /** Requests made, retries included. */
  readonly requests: number;
  readonly quota_remaining?: number;
  readonly quota_resets_at?: string;
}

/** An export as its record in the bucket holds it. Times are ISO 8601 in UTC. */
export interface Export extends ExportOrder {
  readonly id: string;
  readonly status: ExportStatus;
  readonly requested_by: "http";
  /** The schedule that asked for it, if one did. */
  readonly schedule?: string;
  readonly created_at: string;
  readonly completed_at?: string;
  readonly file?: ExportFile;
  readonly warnings?: readonly Warning[];
  readonly toggl?: TogglUsage;
}

/** An export whose file is there. */
export type PublishedExport = Export & { readonly file: ExportFile };

export function isPublished(made: Export): made is PublishedExport {
  return made.file !== undefined;
}

/** A presigned link to an export's file, and when it stops. */
export interface DownloadLink {
  readonly download_url: string;
  readonly download_url_expires_at: string;
}
