const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;
const carriageReturn = 0x0d;
const apostrophe = Buffer.from("'");
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** With one of these at its beginning a spreadsheet takes a cell for a formula; tab and line breaks it skips before. */
const dangerous = new Set([..."=@\t\r\n"].map((character) => character.charCodeAt(0)));

/** With one of these too, unless it is a number. */
const signs = new Set([..."+-"].map((character) => character.charCodeAt(0)));

/** In full width, as East Asian keyboards write them, some spreadsheets take them too: three bytes each in UTF-8. */
const fullWidth = [..."＝＠＋－"].map((character) => Buffer.from(character));

/** The first of those bytes. */
const fullWidthLead = 0xef;

/** Such as -12.5, -1,234.50, -1.5e3, -12 %, -01:30:00 or a lone sign, to the end of its cell: none can be a formula. */
const number = /^[+-][\d.,:' ]*(e[+-]?\d+)?\s*%?"?\r?$/i;

/** Longer than any number. */
const longestNumber = 40;

/** How much of a cell shows whether it is a formula. */
function mostHeld([first]: readonly number[]): number {
  return first === fullWidthLead ? 3 : longestNumber + 1;
}

/** @param cell the whole of it, or the most that is held */
function isFormula(cell: Buffer): boolean {
  if (cell[0] === fullWidthLead) return fullWidth.some((sign) => cell.equals(sign));
  return cell.length > longestNumber || !number.test(cell.toString("latin1"));
}

/** Where in a record the last byte was. */
const atCellStart = 0;
const inCell = 1;
const inQuotes = 2;
const afterQuote = 3;

/** Rewrites a CSV file, piece by piece, in constant memory. */
export interface CsvRewriter {
  push(piece: Buffer): Buffer;
  /** What is left at the end. */
  end(): Buffer;
}

/**
 * Puts an apostrophe before every text cell that a spreadsheet would run as a formula, and leaves all else as it is,
 * byte by byte (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function spreadsheetSafe(): CsvRewriter {
  let state: number = atCellStart;
  let isCellEmpty = true;
  /** A cell that begins with a sign, or with what may be one in full width, as far as it was read. */
  let held: number[] | undefined;
  /** The file's first bytes, until it is clear whether they are a mark. */
  let head: Buffer | undefined = Buffer.alloc(0);
  let out: Buffer[] = [];

  const release = () => {
    if (!held) return;
    const cell = Buffer.from(held);
    held = undefined;
    if (isFormula(cell)) out.push(apostrophe);
    out.push(cell);
  };

  const isCellEnd = (byte: number) => state !== inQuotes && (byte === comma || byte === newline);

  const isText = (byte: number) =>
    byte !== quote && (state === inQuotes || (byte !== comma && byte !== newline && byte !== carriageReturn));

  const step = (byte: number): void => {
    if (isCellEnd(byte)) {
      state = atCellStart;
      isCellEmpty = true;
    } else if (byte !== quote) {
      if (isText(byte)) isCellEmpty = false;
      if (state !== inQuotes && byte !== carriageReturn) state = inCell;
    } else if (state === inQuotes) state = afterQuote;
    else if (state === afterQuote) {
      isCellEmpty = false; // "" is a quote inside of quotes
      state = inQuotes;
    } else if (state === atCellStart) state = inQuotes;
  };

  const rewrite = (piece: Buffer): void => {
    let written = 0;
    const writeUntil = (at: number) => {
      out.push(piece.subarray(written, at));
      written = at;
    };
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (held && (isCellEnd(byte) || held.length >= mostHeld(held))) release();
      if (held) {
        held.push(byte);
        written = at + 1;
      } else if (isCellEmpty && isText(byte)) {
        if (dangerous.has(byte)) {
          writeUntil(at);
          out.push(apostrophe);
        } else if (signs.has(byte) || byte === fullWidthLead) {
          writeUntil(at);
          held = [byte];
          written = at + 1;
        }
      }
      step(byte);
    }
    writeUntil(piece.length);
  };

  const rewriteHead = (bytes: Buffer): void => {
    head = undefined;
    const isMarked = bytes.subarray(0, byteOrderMark.length).equals(byteOrderMark);
    if (isMarked) out.push(byteOrderMark);
    rewrite(isMarked ? bytes.subarray(byteOrderMark.length) : bytes);
  };

  const taken = (): Buffer => {
    const whole = Buffer.concat(out);
    out = [];
    return whole;
  };

  return {
    push(piece) {
      if (!head) rewrite(piece);
      else {
        head = Buffer.concat([head, piece]);
        if (head.length >= byteOrderMark.length) rewriteHead(head);
      }
      return taken();
    },
    end() {
      if (head) rewriteHead(head);
      release();
      return taken();
    },
  };
}
