import type { Warning } from "../../../api/export.ts";
import { Failure } from "../failure.ts";
import { csvScanner } from "./csv-scanner.ts";
import { isJson, mislabelled } from "./mislabelled.ts";

/** What a check found in a file that it did not refuse. */
export interface Findings {
  /** Records below the header; CSV only. */
  readonly rows?: number;
  /** Names in the header. */
  readonly columns?: readonly string[];
  readonly warnings: readonly Warning[];
}

/** Checks a CSV file while it arrives. */
interface CsvCheck {
  /** @throws Failure `toggl_invalid_file` as soon as the file is provably damaged or no CSV at all. */
  push(piece: Buffer): void;
  /**
   * @param proven whether the transfer itself proves that the file is whole (its length matched the declared one)
   * @throws Failure `toggl_invalid_file`
   */
  end(proven: boolean): Findings;
}

/** Kept of the beginning, to tell an error message from a report; and of the header. */
export const headBytes = 64 * 1024;

/** So many bytes are enough to know an HTML page or a workbook by. */
const sniffBytes = 512;

/**
 * Refuses what is provably damaged or no table and warns of what only looks odd, since nobody has published what
 * Toggl's files look like and refusing a sound one would be worse.
 */
export function csvCheck(): CsvCheck {
  const utf8 = utf8Check();
  let header = { columns: [] as string[], isCut: false };
  const scanner = csvScanner({
    records: 1,
    maxBytes: headBytes,
    onRecord: (columns, isCut) => {
      header = { columns, isCut };
    },
  });
  const headPieces: Buffer[] = [];
  let bytes = 0;
  let nuls = 0;
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
      const isUtf8 = utf8.push(piece);
      if (!isUtf8 || (!sniffed && bytes >= sniffBytes)) sniff();
      if (!isUtf8) refuseIf("it is not UTF-8");
      for (let at = piece.indexOf(0); at >= 0; at = piece.indexOf(0, at + 1)) nuls++;
      scanner.push(piece);
    },
    end(proven) {
      sniff();
      if (bytes <= headBytes && isJson(head())) refuseIf("it is JSON");
      if (!utf8.end()) refuseIf("its last character is cut off");
      const scan = scanner.end();
      const isOnlyHeader = scan.records === 1 && !header.isCut;
      const isOneField = isOnlyHeader && scan.columns === 1;
      const namesNothing = isOnlyHeader && header.columns.every((name) => name.trim() === "");
      if (scan.records === 0 || namesNothing) refuseIf("it is empty");
      if (scan.quoteLeftOpen) refuseIf("a quote is left open, so its end is missing");
      if (isOneField && isMessage(header.columns)) refuseIf("it is one sentence, not a table");
      if (!proven && !scan.endsWithNewline) refuseIf("it ends without a newline and no length proves that it is whole");
      if (!proven && scan.lastIsShort) refuseIf("its last record is cut short and no length proves that it is whole");
      const { columns, isCut } = header;
      const mayBeMessage = isOneField || (isOnlyHeader && isMessage(columns));
      const oddities = { ...scan, mayBeMessage, nuls, namesKept: isCut ? columns.length : undefined };
      return { rows: scan.records - 1, columns, warnings: [...warningsOf(oddities)] };
    },
  };
}

function refuseIf(reason: string | undefined): void {
  if (reason) throw new Failure("toggl_invalid_file", `Toggl's file is no sound CSV: ${reason}. Nothing was stored.`);
}

/** What services say instead of an answer. */
const errorWords =
  /\b(errors?|exception|invalid|unauthori[sz]ed|forbidden|denied|not (found|allowed|available)|unavailable|gateway|timed? ?out|too many|bad request|exceeded|failed|failure|try again|sorry|oops|went wrong)\b/i;

/** Whether a lone record reads like a sentence, which may hold commas, rather than like the names of columns. */
function isMessage(fields: readonly string[]): boolean {
  const text = fields.join(",").trim();
  if (errorWords.test(text)) return true;
  const isProse = fields.length === 1 ? text.split(/\s+/).length > 3 : fields.slice(1).every((one) => /^\s/.test(one));
  const hasFullStop = /[.!?…。！？]$/.test(text);
  return fields.length === 1 ? isProse || hasFullStop : isProse && hasFullStop;
}

interface Oddities {
  readonly records: number;
  readonly columns: number;
  readonly ragged: number;
  readonly firstRagged: number;
  readonly blankLines: number;
  readonly bareReturns: number;
  readonly strayQuotes: number;
  readonly nuls: number;
  readonly mayBeMessage: boolean;
  /** How many names of the header were kept, if not all. */
  readonly namesKept: number | undefined;
}

function* warningsOf(found: Oddities): Generator<Warning> {
  const { records, columns, ragged, firstRagged, blankLines, bareReturns, strayQuotes, nuls, namesKept } = found;
  if (found.mayBeMessage) yield { code: "no_table", detail: "its only line may be a message instead of a report" };
  if (ragged > 0) {
    const detail = `${ragged} of the records have another number of fields than the header; the first is record ${firstRagged}`;
    yield { code: "ragged_records", detail };
  }
  if (blankLines > 0) yield { code: "blank_lines", detail: `${blankLines} lines are blank` };
  if (strayQuotes > 0) {
    yield { code: "stray_quotes", detail: `${strayQuotes} quoted fields have text behind their closing quote` };
  }
  if (bareReturns > 0) {
    const detail = `${bareReturns} lines end with a carriage return alone, which some programs do not take for the end of a line`;
    yield { code: "carriage_returns", detail };
  }
  if (nuls > 0) yield { code: "nul_bytes", detail: `${nuls} bytes are NUL, at which some programs stop reading` };
  if (columns === 1 && records > 1) {
    const detail = "all records have one field: it may be text, or separated by something else than commas";
    yield { code: "one_column", detail };
  }
  if (namesKept !== undefined) {
    const detail = `the header is longer than ${headBytes / 1024} KB: columns has its first ${namesKept} names of ${columns}`;
    yield { code: "header_cut", detail };
  }
}

/** Says whether bytes that come in pieces are UTF-8. */
interface Utf8Check {
  /** False once a piece holds anything that cannot be UTF-8. */
  push(piece: Buffer): boolean;
  /** False if the last character was cut. */
  end(): boolean;
}

function utf8Check(): Utf8Check {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const decodes = (piece?: Buffer) => {
    try {
      decoder.decode(piece, { stream: piece !== undefined });
      return true;
    } catch {
      return false;
    }
  };
  return { push: decodes, end: decodes };
}
