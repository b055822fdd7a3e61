/** What a spreadsheet would run as a formula. */
const formula = /^[=+\-@\t\r＝＋－＠]/;

/**
 * A table as CSV (RFC 4180) that a spreadsheet opens without running any of it.
 * @param rows null for a cell without a value, which stays empty
 */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Excel takes UTF-8 for what it is only after a byte order mark. */
export function csvFile(rows: Parameters<typeof csvText>[0]): Blob {
  return new Blob(["\uFEFF", csvText(rows)], { type: "text/csv;charset=utf-8" });
}
