/** What a pass over a CSV file's bytes shows. Record numbers count from 1, the header. */
export interface CsvScan {
  /** Records with something in them, the header included. */
  readonly records: number;
  /** Records with another number of fields than the header. */
  readonly ragged: number;
  readonly firstRagged: number;
  readonly blankLines: number;
  /** Quoted fields with text behind their closing quote. */
  readonly strayQuotes: number;
  readonly quoteLeftOpen: boolean;
  readonly endsWithNewline: boolean;
  /** Whether the last record has fewer fields than the header. */
  readonly lastIsShort: boolean;
}

export interface CsvScanner {
  push(piece: Uint8Array): void;
  end(): CsvScan;
}

const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Where in a record the last byte was. */
const atFieldStart = 0;
const inField = 1;
const inQuotes = 2;
const afterQuote = 3;

/**
 * Walks through RFC 4180 CSV in UTF-8 byte by byte, in constant memory, whatever the pieces. A byte of a character
 * beyond ASCII is never one of the four that matter.
 */
export function csvScanner(): CsvScanner {
  let state: number = atFieldStart;
  let fields = 1;
  let blank = true;
  let markSeen = 0;
  let lastByte = newline;
  let columns = 0;
  let lastFields = 0;
  let records = 0;
  let ragged = 0;
  let firstRagged = 0;
  let blankLines = 0;
  let strayQuotes = 0;

  const endRecord = () => {
    if (blank) blankLines++;
    else {
      records++;
      if (records === 1) columns = fields;
      if (fields !== columns && ragged++ === 0) firstRagged = records;
      lastFields = fields;
    }
    state = atFieldStart;
    fields = 1;
    blank = true;
  };

  const pushOutsideQuotes = (byte: number) => {
    if (byte === newline) return endRecord();
    if (byte === carriageReturn) return; // part of the line's end; alone it means nothing here
    blank = false;
    if (byte === comma) {
      fields++;
      state = atFieldStart;
    } else if (byte === quote && state === atFieldStart) state = inQuotes;
    else if (byte === quote && state === afterQuote)
      state = inQuotes; // "" is a quote inside of quotes
    else {
      if (state === afterQuote) strayQuotes++;
      state = inField;
    }
  };

  return {
    push(piece) {
      let at = 0;
      while (markSeen < byteOrderMark.length && piece[at] === byteOrderMark[markSeen]) {
        markSeen++;
        at++;
      }
      if (at < piece.length) markSeen = byteOrderMark.length; // it stands at the very beginning or nowhere
      let now = state; // a local variable, since this loop sees every byte
      for (; at < piece.length; at++) {
        const byte = piece[at] ?? 0;
        if (now === inQuotes) {
          if (byte === quote) now = afterQuote;
        } else if (byte > comma && now !== afterQuote) {
          // most bytes
          now = inField;
          blank = false;
        } else if (byte === comma) {
          now = atFieldStart;
          fields++;
          blank = false;
        } else {
          state = now;
          pushOutsideQuotes(byte);
          now = state;
        }
      }
      state = now;
      lastByte = piece.at(-1) ?? lastByte;
    },
    end() {
      const quoteLeftOpen = state === inQuotes;
      const endsWithNewline = lastByte === newline && !quoteLeftOpen;
      if (!blank) endRecord();
      const lastIsShort = lastFields < columns;
      return { records, ragged, firstRagged, blankLines, strayQuotes, quoteLeftOpen, endsWithNewline, lastIsShort };
    },
  };
}
