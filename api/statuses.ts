/** Where an export stands; of the last two nothing more becomes by itself. */
export const exportStatuses = ["queued", "running", "deferred", "succeeded", "failed"] as const;

export type ExportStatus = (typeof exportStatuses)[number];

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
  "parts_unchecked",
  "not_compared",
  "rows_fell",
] as const;
