/** Where an export stands. */
export const exportStatuses = ["queued", "running", "deferred", "succeeded", "failed"] as const;

export type ExportStatus = (typeof exportStatuses)[number];

/** What each status means, in a sentence for people. Everywhere it is called by its own name. */
export const statusMeanings: Record<ExportStatus, string> = {
  queued: "It is made as soon as what was asked for before it is done.",
  running: "It is being made.",
  deferred: "It waits for Toggl's quota or pace, or for a token, and goes on by itself.",
  succeeded: "Its file is there.",
  failed: "It was not made, and its problem says why.",
};

/** A status as it stands in a list or on a badge, such as `Succeeded`. */
export function statusName(status: ExportStatus): string {
  return status.charAt(0).toUpperCase() + status.slice(1);
}

/** Whether something more becomes of it by itself. */
export function isUnderWay({ status }: { readonly status: ExportStatus }): boolean {
  return status !== "succeeded" && status !== "failed";
}

/** What can be odd about a file that is no proof of damage. */
export const warningCodes = [
  "ragged_records",
  "blank_lines",
  "stray_quotes",
  "carriage_returns",
  "nul_bytes",
  "one_column",
  "no_table",
  "header_cut",
  "header_unread",
  "parts_unchecked",
  "unread_values",
  "not_compared",
  "rows_fell",
  "columns_changed",
] as const;
