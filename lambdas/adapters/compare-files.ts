import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { parse } from "csv-parse";
import type { RowChanges } from "../core/export.ts";
import type { ExportFormat } from "../core/reports.ts";
import { rowChanges } from "../core/row-changes.ts";
import { workbookRows } from "./workbook-rows.ts";
import { sheetContent } from "./xlsx-check.ts";

/**
 * Above so many bytes of CSV, or of a workbook's sheets as XML, files are not compared row by row: their rows would not
 * fit into memory. 500 MB were measured where all rows differ.
 */
const mostBytes: Record<ExportFormat, number> = { csv: 32 * 1024 ** 2, xlsx: 64 * 1024 ** 2 };

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
  const [before, after] = await Promise.all([contentOf[format](earlier), contentOf[format](later)]);
  if (before.checksums !== undefined && before.checksums === after.checksums) return nothing;
  if (Math.max(before.bytes, after.bytes) > mostBytes[format]) return "too-large";
  return rowChanges(rowsOf[format](earlier), rowsOf[format](later));
}

type Content = (path: string) => Promise<{ readonly bytes: number; readonly checksums?: string }>;

const contentOf: Record<ExportFormat, Content> = {
  csv: async (path) => ({ bytes: (await stat(path)).size }),
  xlsx: sheetContent,
};

const rowsOf: Record<ExportFormat, (path: string) => AsyncIterable<string[]>> = {
  csv: (path) =>
    createReadStream(path).pipe(
      parse({ bom: true, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }),
    ),
  xlsx: workbookRows,
};
