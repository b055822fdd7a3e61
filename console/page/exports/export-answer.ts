import type { Problem } from "../problem.ts";

export const statuses = ["queued", "running", "deferred", "succeeded", "failed"] as const;

/** An export as the API answers it; only what the page shows. */
export interface ExportAnswer {
  readonly id: string;
  readonly status: (typeof statuses)[number];
  readonly report: string;
  readonly format: string;
  readonly requested_by: string;
  readonly schedule?: string;
  readonly occurrence?: string;
  readonly parameters: Readonly<Record<string, unknown>> & { readonly start_date?: string; readonly end_date?: string };
  readonly created_at: string;
  readonly completed_at?: string;
  readonly resumes_at?: string;
  readonly file?: { readonly key: string; readonly bytes: number; readonly rows?: number; readonly sha256: string };
  readonly warnings?: readonly { readonly code: string; readonly detail: string }[];
  readonly toggl?: TogglUsage;
  readonly problem?: Problem;
  readonly restates?: string;
  readonly restatement?: { readonly added: number; readonly removed: number; readonly changed: number };
  readonly unchanged?: true;
  readonly download_url?: string;
}

interface TogglUsage {
  readonly requests: number;
  readonly quota_remaining?: number;
  readonly quota_resets_at?: string;
}

export interface ExportsPage {
  readonly exports: readonly ExportAnswer[];
  /** Ids of records that are damaged. */
  readonly unreadable?: readonly string[];
  readonly next_cursor?: string;
}

export function isUnderWay({ status }: ExportAnswer): boolean {
  return status !== "succeeded" && status !== "failed";
}
