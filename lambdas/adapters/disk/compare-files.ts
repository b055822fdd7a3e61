import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ExportFormat } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { csvScanner } from "../../core/files/csv-scanner.ts";
import { type Comparison, rowComparison } from "../../core/files/row-changes.ts";
import { csvHeader } from "./csv-header.ts";
import { sheetsHash } from "./xlsx-check.ts";

const megabyte = 1024 ** 2;

/** Larger CSV files are not compared, as their rows would not fit into memory: 500 MB were measured where all rows differ. */
const maxCsvBytes = 32 * megabyte;

/**
 * How the contents of two files on the scratch disk differ: of CSV by rows, of workbooks whether their sheets are the
 * same. It takes half of the time that is left, at most.
 * @throws Error with the reason why they cannot be compared
 */
export function compareFiles(
  earlier: string,
  later: string,
  format: ExportFormat,
  deadline: Deadline,
): Promise<Comparison> {
  const compare = format === "csv" ? compareRows : compareSheets;
  return compare(earlier, later, timeLimit(deadline));
}

/** Throws once half of the time is over. */
function timeLimit(deadline: Deadline): () => void {
  const keptMs = deadline.remainingMs() / 2;
  return () => {
    if (deadline.remainingMs() < keptMs) throw new Error("there was no time left for it");
  };
}

async function compareSheets(earlier: string, later: string, inTime: () => void): Promise<Comparison> {
  return { isSame: (await sheetsHash(earlier, inTime)) === (await sheetsHash(later, inTime)) };
}

async function compareRows(earlier: string, later: string, inTime: () => void): Promise<Comparison> {
  const bytes = await Promise.all([earlier, later].map(async (path) => (await stat(path)).size));
  if (Math.max(...bytes) > maxCsvBytes) throw new Error(`more than ${maxCsvBytes / megabyte} MB are not compared`);
  const comparison = rowComparison(await csvHeader(earlier), await csvHeader(later));
  await eachRow(earlier, inTime, comparison.earlier);
  await eachRow(later, inTime, comparison.later);
  return comparison.result();
}

/** The rows below the header. */
async function eachRow(path: string, inTime: () => void, onRow: (cells: string[]) => void): Promise<void> {
  let isHeader = true;
  const onRecord = (cells: string[]) => {
    if (!isHeader) onRow(cells);
    isHeader = false;
  };
  const scanner = csvScanner({ records: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY, onRecord });
  for await (const piece of createReadStream(path)) {
    inTime();
    scanner.push(piece);
  }
  scanner.end();
}
