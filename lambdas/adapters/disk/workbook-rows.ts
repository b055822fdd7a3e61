import sax from "sax";
import type { Entry, ZipFile } from "yauzl";
import type { TableRow } from "../../core/files/row-changes.ts";
import { localName, partBytes, withWorkbook } from "./workbook-parts.ts";

/** Excel's own limit. */
const maxColumns = 16_384;

/** Told how much work is done, in bytes and cells; what it throws ends the reading. */
export type Spend = (units: number) => void;

/**
 * Rows of all sheets of a workbook as they are stored (ECMA-376, part 1, 18.3), each with the name of its sheet.
 * Sheets are read piece by piece: only the strings that cells share are held in memory.
 * @throws Error if the file is no sound workbook, or what `spend` throws
 */
export async function eachWorkbookRow(path: string, spend: Spend, onRow: (row: TableRow) => void): Promise<void> {
  await withWorkbook(path, async ({ zip, sheets, sharedStrings }) => {
    const strings: string[] = [];
    if (sharedStrings)
      await readElements(
        zip,
        sharedStrings,
        spend,
        stringItems((text) => strings.push(text)),
      );
    for (const { name: table, part } of sheets) {
      await readElements(
        zip,
        part,
        spend,
        sheetRows(strings, spend, (cells) => onRow({ table, cells })),
      );
    }
  });
}

/** Sees a part's elements. */
interface Reader {
  open(tag: sax.Tag): void;
  text(text: string): void;
  close(name: string): void;
}

async function readElements(zip: ZipFile, part: Entry, spend: Spend, { open, text, close }: Reader): Promise<void> {
  const parser = sax.parser(true);
  parser.onopentag = (tag) => open({ ...(tag as sax.Tag), name: localName(tag.name) });
  parser.ontext = text;
  parser.oncdata = text;
  parser.onclosetag = (name) => close(localName(name));
  parser.onerror = (error) => {
    throw error;
  };
  const decoder = new TextDecoder();
  for await (const piece of partBytes(zip, part)) {
    spend(piece.length);
    parser.write(decoder.decode(piece, { stream: true }));
  }
  parser.close();
}
/** `<si>` holds one string, in one `<t>` or, if it is formatted, in several; `<rPh>` only tells how it is spoken. */
function stringItems(onText: (text: string) => void): Reader {
  let item = "";
  let within: "text" | "phonetic" | undefined;
  return {
    open({ name }) {
      if (name === "si") item = "";
      if (name === "rPh") within = "phonetic";
      if (name === "t" && within !== "phonetic") within = "text";
    },
    text(text) {
      if (within === "text") item += text;
    },
    close(name) {
      if (name === "rPh" || (name === "t" && within === "text")) within = undefined;
      if (name === "si") onText(item);
    },
  };
}

/** `<row>` holds `<c>` for each cell that is not empty: its value in `<v>`, or its text in `<is>`. */
function sheetRows(strings: readonly string[], spend: Spend, onRow: (cells: string[]) => void): Reader {
  let row: string[] = [];
  let cell = { shared: false, value: "" };
  let inValue = false;
  return {
    open({ name, attributes }) {
      if (name === "row") row = [];
      if (name === "c") {
        cell = { shared: attributes.t === "s", value: "" };
        const column = columnOf(attributes.r);
        if (Math.max(column, row.length) >= maxColumns) throw new Error(`a row has more than ${maxColumns} cells`);
        spend(Math.max(1, column - row.length));
        while (row.length < column) row.push("");
      }
      if (name === "v" || name === "t") inValue = true;
    },
    text(text) {
      if (inValue) cell.value += text;
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      if (name === "row") onRow(row);
      if (name !== "c") return;
      const value = cell.shared ? (strings[Number(cell.value)] ?? "") : cell.value;
      spend(value.length);
      row.push(value);
    },
  };
}

/** The place of a cell in its row by its reference, such as `C7`, which it may lack; counted from 0. */
function columnOf(reference = ""): number {
  const letters = /^[A-Z]{0,3}/.exec(reference)?.[0] ?? "";
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
