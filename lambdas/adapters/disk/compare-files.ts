import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { trendsReport } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { csvScanner } from "../../core/files/csv-scanner.ts";
import { type Comparison, rowComparison } from "../../core/files/row-changes.ts";
import type { Exports } from "../../core/ports/exports.ts";
import { trendsHash } from "../../core/toggl/trends-check.ts";
import { comparableRows, trendsRowNames } from "../../core/toggl/trends-csv.ts";
import { csvHeader } from "./csv-header.ts";
import { sheetsHash } from "./xlsx-check.ts";

const megabyte = 1024 ** 2;

/** Larger CSV files are not compared, as their rows would not fit into memory: 500 MB were measured where all rows differ. */
const maxCsvBytes = 32 * megabyte;

/**
 * How the contents of two files on the scratch disk differ: of CSV by rows, of workbooks whether their sheets are the
 * same, of JSON whether it says the same. It takes half of the time that is left, at most.
 * @throws Error with the reason why they cannot be compared
 */
export const compareFiles: Exports["compare"] = (earlier, later, { report, format }, deadline) => {
  const inTime = timeLimit(deadline);
  if (format === "json") return compareHashes(earlier, later, hashOfTrends, inTime);
  if (format === "xlsx") return compareHashes(earlier, later, sheetsHash, inTime);
  return compareRows(earlier, later, { areTrends: report === trendsReport, inTime });
};

/** Throws once half of the time is over. */
function timeLimit(deadline: Deadline): () => void {
  const keptMs = deadline.remainingMs() / 2;
  return () => {
    if (deadline.remainingMs() < keptMs) throw new Error("there was no time left for it");
  };
}

type HashOf = (path: string, inTime: () => void) => Promise<string>;

async function compareHashes(earlier: string, later: string, hashOf: HashOf, inTime: () => void): Promise<Comparison> {
  return { isSame: (await hashOf(earlier, inTime)) === (await hashOf(later, inTime)) };
}

const hashOfTrends: HashOf = async (path, inTime) => {
  inTime();
  return trendsHash(await readFile(path));
};

interface RowOptions {
  readonly areTrends: boolean;
  readonly inTime: () => void;
}

async function compareRows(earlier: string, later: string, { areTrends, inTime }: RowOptions): Promise<Comparison> {
  const bytes = await Promise.all([earlier, later].map(async (path) => (await stat(path)).size));
  if (Math.max(...bytes) > maxCsvBytes) throw new Error(`more than ${maxCsvBytes / megabyte} MB are not compared`);
  const comparable = areTrends ? comparableRows : asTheyAre;
  const [before, after] = [comparable(await csvHeader(earlier)), comparable(await csvHeader(later))];
  const comparison = rowComparison(before.header, after.header, areTrends ? trendsRowNames : undefined);
  await eachRow(earlier, inTime, (cells) => comparison.earlier(before.row(cells)));
  await eachRow(later, inTime, (cells) => comparison.later(after.row(cells)));
  return comparison.result();
}

const asTheyAre: typeof comparableRows = (header) => ({ header, row: (cells) => cells });

/** The rows below the header. */
async function eachRow(path: string, inTime: () => void, onRow: (cells: readonly string[]) => void): Promise<void> {
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
