import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import type { ExportFormat } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { csvScanner } from "../../core/files/csv-scanner.ts";
import { type Comparison, rowComparison, type TableRow } from "../../core/files/row-changes.ts";
import { eachWorkbookRow, type Spend } from "./workbook-rows.ts";
import { contentHash, listedContent } from "./xlsx-check.ts";

const megabyte = 1024 ** 2;

/**
 * Above so many bytes of CSV, or of a workbook unpacked, files are not compared row by row: their rows would not fit
 * into memory. 500 MB were measured where all rows differ.
 */
const maxBytes: Record<ExportFormat, number> = { csv: 32 * megabyte, xlsx: 64 * megabyte };

/** Bytes read and cells made of one file, at most: a short one can name many cells far out, or one long text often. */
const maxWork = 128 * megabyte;

const same: Comparison = { isSame: true, changes: { added: 0, removed: 0, changed: 0 } };

/**
 * How the rows of two files on the scratch disk differ. Two workbooks of the same content differ in their bytes (a zip
 * holds the time), so it is their contents that count. It takes half of the time that is left, at most.
 * @throws Error with the reason why they cannot be compared
 */
export async function compareFiles(
  earlier: string,
  later: string,
  format: ExportFormat,
  deadline: Deadline,
): Promise<Comparison> {
  const inTime = timeLimit(deadline);
  const [before, after] = [await contentOf[format](earlier), await contentOf[format](later)];
  if (Math.max(before.bytes, after.bytes) > maxBytes[format]) {
    throw new Error(`more than ${maxBytes[format] / megabyte} MB are not compared`);
  }
  if (before.checksums !== undefined && before.checksums === after.checksums) {
    if ((await contentHash(earlier, inTime)) === (await contentHash(later, inTime))) return same;
  }
  const comparison = rowComparison();
  await readRows[format](earlier, workLimit(inTime), comparison.earlier);
  await readRows[format](later, workLimit(inTime), comparison.later);
  return comparison.result();
}

function timeLimit(deadline: Deadline): Spend {
  const keptMs = deadline.remainingMs() / 2;
  return () => {
    if (deadline.remainingMs() < keptMs) throw new Error("there was no time left for it");
  };
}

function workLimit(inTime: Spend): Spend {
  let work = 0;
  let seen = 0;
  return (units) => {
    work += units;
    if (work > maxWork) throw new Error("their rows are too large");
    if (work < seen) return;
    seen = work + megabyte / 4;
    inTime(units);
  };
}

type Content = (path: string) => Promise<{ readonly bytes: number; readonly checksums?: string }>;

const contentOf: Record<ExportFormat, Content> = {
  csv: async (path) => ({ bytes: (await stat(path)).size }),
  xlsx: listedContent,
};

const readRows: Record<ExportFormat, (path: string, spend: Spend, onRow: (row: TableRow) => void) => Promise<void>> = {
  async csv(path, spend, onRow) {
    const onRecord = (cells: string[]) => onRow({ table: "", cells });
    const limits = { records: Number.POSITIVE_INFINITY, maxBytes: Number.POSITIVE_INFINITY };
    const scanner = csvScanner({ ...limits, onRecord });
    for await (const piece of createReadStream(path)) {
      spend(piece.length);
      scanner.push(piece);
    }
    scanner.end();
  },
  xlsx: eachWorkbookRow,
};
