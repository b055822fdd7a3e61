import { StringDecoder } from "node:string_decoder";
import sax from "sax";
import type { Entry, ZipFile } from "yauzl";
import { headBytes } from "../../core/files/csv-check.ts";
import { localName, partBytes, type Workbook } from "./workbook-parts.ts";

/** As many as a sheet can have (https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3). */
const maxColumns = 16_384;

const megabyte = 1024 ** 2;

/** So much of a part is unpacked to find the names: writers put the first row and its strings at the beginning. */
const maxPartBytes = 8 * megabyte;

/**
 * The names in the first row of a workbook's first sheet, rows without anything in them aside (ECMA-376, part 1, 18.3
 * and 18.4). A number or a date is given as the file has it, an empty cell as an empty name, but none at the end.
 * @param onPiece called before each piece that is unpacked; what it throws ends it
 * @throws Error with the reason why they cannot be read
 */
export async function workbookHeader(workbook: Workbook, onPiece: () => void): Promise<string[]> {
  const { zip, sheets, sharedStrings } = workbook;
  const cells = sheets[0] ? await firstRow(zip, sheets[0].part, onPiece) : [];
  const indexes = cells.flatMap(({ type, text }) => (type === "s" ? Number(text) : []));
  const strings =
    sharedStrings && indexes.length > 0 ? await findStrings(zip, sharedStrings, new Set(indexes), onPiece) : new Map();
  const names: string[] = [];
  let bytes = 0;
  for (const { place, ...cell } of cells) {
    const name = nameIn(cell, strings);
    bytes += Buffer.byteLength(name);
    if (bytes > headBytes) throw new Error(`they are longer than ${headBytes / 1024} KB`);
    if (name === "") continue;
    while (names.length < place) names.push("");
    names[place] = name;
  }
  if (names.every((name) => name.trim() === "")) throw new Error("its first sheet has no row with anything in it");
  return names;
}

interface Cell {
  /** Counted from 0. */
  readonly place: number;
  /** Such as `s`, for which `text` is the number of a shared string; `n` if the file says nothing. */
  readonly type: string;
  readonly text: string;
}

function nameIn({ type, text }: Omit<Cell, "place">, strings: ReadonlyMap<number, string>): string {
  if (type === "b") return text.trim() === "1" ? "TRUE" : "FALSE";
  if (type !== "s") return unescaped(text);
  const name = strings.get(Number(text));
  if (name === undefined) throw new Error(`the shared string ${text} is missing`);
  return name;
}

/** Characters that XML cannot hold are written as `_x000D_` (ST_Xstring, 22.9.2.19). */
function unescaped(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** The cells of the first row with anything in it; if none has, those of the last, which are blank. */
async function firstRow(zip: ZipFile, part: Entry, onPiece: () => void): Promise<Cell[]> {
  let cells: Cell[] = [];
  let cell: { place: number; type: string; text: string } | undefined;
  let isDone = false;
  const reader = textReader(() => cell);
  await parse(zip, part, onPiece, {
    open(name, attributes) {
      if (isDone) return;
      reader.open(name);
      if (name === "row") cells = [];
      if (name !== "c") return;
      const place = placeOf(attributes.r) ?? (cells.at(-1)?.place ?? -1) + 1;
      if (place >= maxColumns) throw new Error(`it has more than ${maxColumns} columns`);
      cell = { place, type: attributes.t ?? "n", text: "" };
    },
    text: (text) => reader.text(text),
    close(name) {
      reader.close(name);
      if (name === "c" && cell) {
        cells.push(cell);
        cell = undefined;
      }
      if (name === "row" && !isDone) isDone = cells.some(({ text }) => text.trim() !== "");
    },
    isDone: () => isDone,
  });
  return cells.filter(({ text }) => text !== "");
}

/** The shared strings of these numbers; those that are not there are left out. */
async function findStrings(zip: ZipFile, part: Entry, wanted: ReadonlySet<number>, onPiece: () => void) {
  const found = new Map<number, string>();
  const max = Math.max(...wanted);
  let index = -1;
  let string: { text: string } | undefined;
  const reader = textReader(() => string);
  await parse(zip, part, onPiece, {
    open(name) {
      reader.open(name);
      if (name !== "si") return;
      index++;
      string = wanted.has(index) ? { text: "" } : undefined;
    },
    text: (text) => reader.text(text),
    close(name) {
      reader.close(name);
      if (name !== "si" || !string) return;
      found.set(index, unescaped(string.text));
      string = undefined;
    },
    isDone: () => found.has(max),
  });
  return found;
}

/** Collects what stands in `v` and `t`, however it is formatted, but not how it is pronounced (`rPh`). */
function textReader(target: () => { text: string } | undefined) {
  let isText = false;
  let isPhonetic = false;
  return {
    open(name: string) {
      if (name === "rPh") isPhonetic = true;
      isText = !isPhonetic && (name === "v" || name === "t");
    },
    text(text: string) {
      const collected = target();
      if (!isText || !collected) return;
      collected.text += text;
      if (collected.text.length > headBytes) throw new Error(`they are longer than ${headBytes / 1024} KB`);
    },
    close(name: string) {
      if (name === "rPh") isPhonetic = false;
      isText = false;
    },
  };
}

/** The column that a reference such as `AB12` names, counted from 0; undefined if it names none. */
function placeOf(reference: string | undefined): number | undefined {
  const letters = /^\$?([A-Za-z]{1,3})\$?\d*$/.exec(reference ?? "")?.[1]?.toUpperCase();
  if (!letters) return undefined;
  return Array.from(letters).reduce((place, letter) => place * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

interface PartReader {
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
  /** Whether the rest need not be read. */
  isDone(): boolean;
}

async function parse(zip: ZipFile, part: Entry, onPiece: () => void, reader: PartReader): Promise<void> {
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }) => reader.open(localName(name), attributes as Record<string, string>);
  parser.onclosetag = (name) => reader.close(localName(name));
  parser.ontext = (text) => reader.text(text);
  parser.oncdata = (text) => reader.text(text);
  parser.onerror = (error) => {
    if (!reader.isDone()) throw new Error(`its XML is unsound (${error.message.split("\n")[0]})`);
  };
  const decoder = new StringDecoder("utf8");
  let bytes = 0;
  for await (const piece of partBytes(zip, part)) {
    onPiece();
    if (reader.isDone()) return;
    bytes += piece.length;
    if (bytes > maxPartBytes) throw new Error(`they do not stand in the first ${maxPartBytes / megabyte} MB`);
    parser.write(decoder.write(piece));
  }
}
