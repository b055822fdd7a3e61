/**
 * What a byte means for where cells begin. Whoever opens a file chooses what separates its cells, and some settings look
 * into quotes, so a cell may begin behind every separator there is. Control characters and spaces do not end a beginning:
 * LibreOffice drops NUL bytes, for one.
 */
const [ordinary, separator, quote, blank, formulaSign, numberSign, multiByte] = [0, 1, 2, 3, 4, 5, 6] as const;

const kinds = new Uint8Array(256).fill(blank, 0, 0x21);
for (const [characters, kind] of [
  [",;\t\r\n", separator],
  ['"', quote],
  ["=@", formulaSign],
  ["+-", numberSign],
] as const) {
  for (const character of characters) kinds[character.charCodeAt(0)] = kind;
}

/** The first byte of a byte order mark in UTF-8, and of signs in full width, as East Asian keyboards write them. */
const fullWidthLead = 0xef;
kinds[fullWidthLead] = multiByte;

const [space, comma, semicolon, tab] = [0x20, 0x2c, 0x3b, 0x09];
const apostrophe = Buffer.from("'");

/** So many bytes show whether a cell that begins with a sign can be a formula; a longer one counts as one. */
const maxLookahead = 256;

/** Signs alone, which are no formula in any spreadsheet. */
const signsAlone = /^[+-]+$/;

/** What most cells with a sign are; the rest takes longer. */
const plainNumber = /^[+-]\d[\d.,]*$/;

/** A number or a time, the currency before it, and a percent sign, such as `-$1,234.50`, `-CHF 5`, `-01:30:00`, `-5e3 %`. */
const number =
  /^[+-] *(\p{Sc} ?|[A-Z]{1,3}\p{Sc}? )?(\d+:\d\d(:\d\d)?([.,]\d+)?|(\d[\d.,'’]*|[.,]\d+)(e[+-]?\d+)?)( *%)?/iu;

/**
 * What may stand behind a number: in a formula only an operator could, so words, units and groups of digits make it
 * text. Left out is all that calls a function or another program, in case a spreadsheet is more lenient than that.
 */
const wordsBehind = /^( *[\p{L}\p{Sc}°]| +[\d(])([\p{L}\p{M}\p{N}\p{Sc}°%.,:;'’/ )-]|(?<![\p{L}\p{N}])\()*$/u;

/** Such as `B7` or `$B$7`, behind anything but a letter or a digit. */
const reference = /(?<![\p{L}\p{N}])\$?\p{L}+\$?\d/u;

/** The rest of a figure whose decimal comma was taken for a separator, and an operator; but no date, time or quotient. */
const decimalGoesOn = /^,\d+ *(?![\d.:/ -]*(?:[,;\t\r\n]|$))[-+*/^&=<>|!:]/;

/** Rewrites a CSV file, piece by piece, in constant memory. */
export interface CsvRewriter {
  push(piece: Buffer): Buffer;
  /** What is left at the end. */
  end(): Buffer;
}

/**
 * Puts an apostrophe before everything in a CSV file that a spreadsheet would run as a formula, whatever it takes for a
 * separator, and leaves all else as it is, byte by byte (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function spreadsheetSafe(): CsvRewriter {
  let carried: Buffer = Buffer.alloc(0);
  let isStart = true;
  let quotes = 0;
  let isSpaced = false;
  let lastSeparator = 0;

  /** Whether what begins here is a formula. */
  const isFormula = (kind: number, ahead: Buffer): boolean => {
    if (kind === formulaSign) return !isSpaced || ahead[0] === 0x3d; // only = may be run behind a space
    if (isSpaced) return false;
    const text = ahead.toString();
    return quotes === 1 ? isQuotedFormula(text) : isBareFormula(text, lastSeparator);
  };

  const rewrite = (bytes: Buffer, isLast: boolean): Buffer => {
    const out: Buffer[] = [];
    let written = 0;
    let at = 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (!isStart && byte > semicolon) continue; // as most bytes are
      let kind = kinds[byte] ?? ordinary;
      if (kind === separator) {
        isStart = true;
        quotes = 0;
        isSpaced = false;
        lastSeparator = byte;
      }
      if (!isStart || kind === separator) continue;
      if (kind > blank && !isLast && at + maxLookahead > bytes.length) break;
      if (kind === multiByte) {
        const character = bytes.toString("utf8", at, at + 3);
        kind = kinds[character.normalize("NFKC").charCodeAt(0)] ?? ordinary;
        if (character === "\uFEFF") {
          at += 2;
          continue;
        }
      }
      if (kind === blank) isSpaced ||= byte === space;
      else if (kind === quote)
        isStart = ++quotes < 3; // the third one is a quote inside of quotes
      else {
        isStart = false;
        if (kind < formulaSign || !isFormula(kind, bytes.subarray(at, at + maxLookahead))) continue;
        out.push(bytes.subarray(written, at), apostrophe);
        written = at;
      }
    }
    out.push(bytes.subarray(written, at));
    carried = bytes.subarray(at);
    return Buffer.concat(out);
  };

  return {
    push: (piece) => rewrite(carried.length > 0 ? Buffer.concat([carried, piece]) : piece, false),
    end: () => rewrite(carried, true),
  };
}

/** @param ahead what follows the opening quote */
function isQuotedFormula(ahead: string): boolean {
  const end = ahead.indexOf('"');
  const isWhole = end >= 0 && /^"([,;\t\r\n]|$)/.test(ahead.slice(end));
  return !isWhole || !isHarmless(ahead.slice(0, end));
}

/** @param lastSeparator what stands before the cell */
function isBareFormula(ahead: string, lastSeparator: number): boolean {
  const end = ahead.search(/[,;\t\r\n]/);
  const cell = end < 0 ? ahead : ahead.slice(0, end);
  if (Buffer.byteLength(cell) >= maxLookahead || !isHarmless(cell.replace(/"$/, ""))) return true;
  const behind = end < 0 ? "" : ahead.slice(end);
  if (lastSeparator !== comma && /^[+-]\d+$/.test(cell) && decimalGoesOn.test(behind)) return true;
  return lastSeparator !== tab && (signsAlone.test(cell) ? /^\t[^,;\t\r\n]/ : /^\t *[*/^&<>|!:]/).test(behind);
}

function isHarmless(cell: string): boolean {
  if (plainNumber.test(cell)) return true;
  const text = cell.normalize("NFKC").trimEnd();
  if (signsAlone.test(text)) return true;
  const found = number.exec(text);
  if (!found) return false;
  const behind = text.slice(found[0].length);
  return behind === "" || (wordsBehind.test(behind) && !reference.test(behind));
}
