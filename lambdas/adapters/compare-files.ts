import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { parse } from "csv-parse";
import readWorkbook from "read-excel-file/node";
import type { RowChanges } from "../core/export.ts";
import type { ExportFormat } from "../core/reports.ts";
import { rowChanges } from "../core/row-changes.ts";
import { sheetFingerprint } from "./xlsx-check.ts";

/** Above so many bytes files are not compared row by row: their rows would not fit into memory. */
const mostBytes: Record<ExportFormat, number> = { csv: 32 * 1024 ** 2, xlsx: 8 * 1024 ** 2 };

const nothing: RowChanges = { added: 0, removed: 0, changed: 0 };

/**
 * How the rows of two files on the scratch disk differ. Two workbooks of the same content differ in their bytes (a zip
 * holds the time), so it is their sheets that count.
 */
export async function compareFiles(
  earlier: string,
  later: string,
  format: ExportFormat,
): Promise<RowChanges | "too-large"> {
  if (format === "xlsx" && (await sheetFingerprint(earlier)) === (await sheetFingerprint(later))) return nothing;
  const sizes = await Promise.all([earlier, later].map(async (path) => (await stat(path)).size));
  if (Math.max(...sizes) > mostBytes[format]) return "too-large";
  return rowChanges(rowsOf[format](earlier), rowsOf[format](later));
}

const rowsOf: Record<ExportFormat, (path: string) => AsyncIterable<string[]>> = {
  csv: (path) =>
    createReadStream(path).pipe(
      parse({ bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }),
    ),
  async *xlsx(path) {
    for (const { sheet, data } of await readWorkbook(path)) {
      for (const row of data) yield [sheet, ...row.map((cell) => String(cell ?? ""))];
    }
  },
};
