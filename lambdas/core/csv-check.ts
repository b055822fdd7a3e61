import { csvHeader } from "./csv-header.ts";
import { csvScanner } from "./csv-scanner.ts";
import type { Warning } from "./export.ts";
import { Failure } from "./failure.ts";
import type { Findings } from "./file-check.ts";
import { isJson, mislabelled } from "./mislabelled.ts";
import { utf8Check } from "./utf8-check.ts";

/** Checks a CSV file while it arrives. */
export interface CsvCheck {
  /** @throws Failure `toggl_invalid_file` as soon as the file is provably damaged or no CSV at all. */
  push(piece: Buffer): void;
  /**
   * @param proven whether the transfer itself proves that the file is whole (its length matched the declared one)
   * @throws Failure `toggl_invalid_file`
   */
  end(proven: boolean): Findings;
}

/** So much of the beginning is kept: for telling an error message from a report, and for the header. */
const headBytes = 64 * 1024;

/** So many bytes are enough to know an HTML page or a workbook by. */
const sniffBytes = 512;

/**
 * Refuses what is provably damaged and warns of what only looks odd, since nobody has published what Toggl's files
 * look like and refusing a sound one would be worse.
 */
export function csvCheck(): CsvCheck {
  const utf8 = utf8Check();
  const scanner = csvScanner();
  const headPieces: Buffer[] = [];
  let bytes = 0;
  let sniffed = false;

  const head = () => Buffer.concat(headPieces).subarray(0, headBytes);
  const sniff = () => {
    sniffed = true;
    refuseIf(mislabelled(head()));
  };

  return {
    push(piece) {
      if (bytes < headBytes) headPieces.push(piece);
      bytes += piece.length;
      if (!sniffed && bytes >= sniffBytes) sniff();
      if (!utf8.push(piece)) refuseIf("it is not UTF-8");
      scanner.push(piece);
    },
    end(proven) {
      if (!sniffed) sniff();
      if (bytes <= headBytes && isJson(head())) refuseIf("it is JSON");
      if (!utf8.end()) refuseIf("its last character is cut off");
      const scan = scanner.end();
      if (scan.records === 0) refuseIf("it is empty");
      if (scan.quoteLeftOpen) refuseIf("a quote is left open, so its end is missing");
      if (!proven && !scan.endsWithNewline) refuseIf("it ends without a newline and no length proves that it is whole");
      if (!proven && scan.lastIsShort) refuseIf("its last record is cut short and no length proves that it is whole");
      return { rows: scan.records - 1, columns: csvHeader(head()), warnings: warningsOf(scan) };
    },
  };
}

function refuseIf(reason: string | undefined): void {
  if (reason) throw new Failure("toggl_invalid_file", `Toggl's file is no sound CSV: ${reason}. Nothing was stored.`);
}

interface Oddities {
  readonly ragged: number;
  readonly firstRagged: number;
  readonly blankLines: number;
  readonly strayQuotes: number;
}

function warningsOf({ ragged, firstRagged, blankLines, strayQuotes }: Oddities): Warning[] {
  const warnings: Warning[] = [];
  if (ragged > 0) {
    const detail = `${ragged} of the records have another number of fields than the header; the first is record ${firstRagged}`;
    warnings.push({ code: "ragged_records", detail });
  }
  if (blankLines > 0) warnings.push({ code: "blank_lines", detail: `${blankLines} lines are blank` });
  if (strayQuotes > 0) {
    warnings.push({
      code: "stray_quotes",
      detail: `${strayQuotes} quoted fields have text behind their closing quote`,
    });
  }
  return warnings;
}
