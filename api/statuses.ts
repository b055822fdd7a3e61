/** Where an export stands. */
export const exportStatuses = ["queued", "running", "deferred", "succeeded", "failed"] as const;

export type ExportStatus = (typeof exportStatuses)[number];

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
  "not_compared",
  "rows_fell",
  "columns_changed",
] as const;
