/** What a pass over a CSV file's bytes shows. Record numbers count from 1, the header. */
interface CsvScan {
  /** Records with something in them, the header included. */
  readonly records: number;
  /** Fields of the header. */
  readonly columns: number;
  /** Records with another number of fields than the header. */
  readonly ragged: number;
  readonly firstRagged: number;
  readonly blankLines: number;
  /** Lines that end with a carriage return and no newline behind it. */
  readonly bareReturns: number;
  /** Quoted fields with text behind their closing quote. */
  readonly strayQuotes: number;
  readonly quoteLeftOpen: boolean;
  readonly endsWithNewline: boolean;
  /** Whether the last record has fewer fields than the header. */
  readonly lastIsShort: boolean;
}

interface CsvScanner {
  push(piece: Uint8Array): void;
  end(): CsvScan;
}

/** Which records are given as text, beside being counted. */
interface RecordReader {
  /** How many, from the header on. */
  readonly records: number;
  /** So many bytes of one record are kept; of a longer one come the fields that were whole by then. */
  readonly maxBytes: number;
  onRecord(fields: string[], isCut: boolean): void;
}

const quote = 0x22;
const comma = 0x2c;
const newline = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = [0xef, 0xbb, 0xbf];

/** Where in a record the last byte was; from `inQuotes` on, no byte is ordinary. */
const atFieldStart = 0;
const inField = 1;
const inQuotes = 2;
const afterQuote = 3;
const afterReturn = 4;

/**
 * Walks through RFC 4180 CSV in UTF-8 byte by byte, in constant memory, whatever the pieces. A byte of a character
 * beyond ASCII is never one of the four that matter. A carriage return alone ends a line, as spreadsheets take it.
 */
export function csvScanner(reader: RecordReader): CsvScanner {
  let state: number = atFieldStart;
  let fields = 1;
  let markSeen = 0;
  let lastByte = newline;
  let columns = 0;
  let lastFields = 0;
  let records = 0;
  let ragged = 0;
  let firstRagged = 0;
  let blankLines = 0;
  let bareReturns = 0;
  let strayQuotes = 0;
  const kept = keptFields(reader);

  const endRecord = () => {
    const blank = state === atFieldStart && fields === 1;
    if (blank) blankLines++;
    else {
      records++;
      if (records === 1) columns = fields;
      if (fields !== columns && ragged++ === 0) firstRagged = records;
      lastFields = fields;
    }
    if (kept.isReading) kept.endRecord(blank);
    fields = 1;
  };

  /** A byte that is not ordinary, outside of quotes. */
  const step = (piece: Uint8Array, at: number) => {
    const byte = piece[at] ?? 0;
    if (state === afterReturn) {
      state = atFieldStart;
      if (byte === newline) {
        kept.skipTo(at + 1);
        return;
      }
      bareReturns++;
    }
    if (byte === newline || byte === carriageReturn) {
      if (kept.isReading) kept.endField(piece, at);
      endRecord();
      state = byte === newline ? atFieldStart : afterReturn;
      return;
    }
    if (byte === comma) {
      kept.endField(piece, at);
      fields++;
      state = atFieldStart;
    } else if (byte === quote && (state === atFieldStart || state === afterQuote)) {
      state = inQuotes; // "" is a quote inside of quotes
    } else {
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
      if (at < piece.length) markSeen = byteOrderMark.length; // it counts at the very beginning only
      kept.skipTo(at);
      let now = state; // a local variable, since this loop sees every byte
      for (; at < piece.length; at++) {
        const byte = piece[at] ?? 0;
        if (now === inQuotes) {
          if (byte === quote) now = afterQuote;
        } else if (byte > comma && now < inQuotes) {
          now = inField; // as most bytes are
          while ((piece[at + 1] ?? 0) > comma) at++;
        } else if (byte === comma && now !== afterReturn) {
          if (kept.isReading) kept.endField(piece, at);
          now = atFieldStart;
          fields++;
        } else {
          state = now;
          step(piece, at);
          now = state;
        }
      }
      state = now;
      kept.endPiece(piece);
      lastByte = piece.at(-1) ?? lastByte;
    },
    end() {
      const quoteLeftOpen = state === inQuotes;
      const endsWithNewline = (lastByte === newline || lastByte === carriageReturn) && !quoteLeftOpen;
      if (state === afterReturn) bareReturns++;
      if (state !== afterReturn && (state !== atFieldStart || fields > 1)) {
        kept.endField(new Uint8Array(), 0);
        endRecord();
      }
      const lastIsShort = lastFields < columns;
      const counts = { records, columns, ragged, firstRagged, blankLines, bareReturns, strayQuotes };
      return { ...counts, quoteLeftOpen, endsWithNewline, lastIsShort };
    },
  };
}

/** Collects the fields of records, which may begin in one piece and end in another. */
function keptFields({ records, maxBytes, onRecord }: RecordReader) {
  let left = records;
  let fields: string[] = [];
  let carried: Uint8Array[] = [];
  let bytes = 0;
  let from = 0;

  const keep = (piece: Uint8Array, to: number) => {
    if (bytes <= maxBytes) carried.push(piece.slice(from, to));
    bytes += to - from;
  };
  return {
    isReading: true,
    skipTo(at: number) {
      from = at;
    },
    endPiece(piece: Uint8Array) {
      if (this.isReading) keep(piece, piece.length);
      from = 0;
    },
    endField(piece: Uint8Array, at: number) {
      keep(piece, at);
      if (bytes <= maxBytes) fields.push(fieldValue(Buffer.concat(carried).toString()));
      carried = [];
      from = at + 1;
    },
    endRecord(isBlank: boolean) {
      if (!isBlank) {
        this.isReading = --left > 0;
        onRecord(fields, bytes > maxBytes);
      }
      fields = [];
      bytes = 0;
    },
  };
}

/** A field without the quotes around it; one with text behind its closing quote is kept as it stands. */
function fieldValue(raw: string): string {
  if (!raw.startsWith('"')) return raw;
  let close = raw.indexOf('"', 1);
  while (close >= 0 && raw[close + 1] === '"') close = raw.indexOf('"', close + 2);
  if (close < 0) return raw;
  const inside = raw.slice(1, close).replaceAll('""', '"');
  return close === raw.length - 1 ? inside : `"${inside}${raw.slice(close)}`;
}
