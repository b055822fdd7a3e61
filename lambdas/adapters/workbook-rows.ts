import sax from "sax";
import yauzl, { type Entry, type ZipFile } from "yauzl";

const sharedStringsPart = "xl/sharedStrings.xml";
const isSheet = /^xl\/worksheets\/[^/]+\.xml$/;

/**
 * Rows of all sheets of a workbook as they are stored (ECMA-376, part 1, 18.3), each after the name of its sheet's part.
 * Sheets are read piece by piece: only the strings that cells share are held in memory.
 * @throws Error if the file is no sound workbook
 */
export async function* workbookRows(path: string): AsyncGenerator<string[]> {
  const zip = await yauzl.openPromise(path, { autoClose: false });
  try {
    const parts: Entry[] = [];
    for await (const part of zip.eachEntry()) parts.push(part);
    const strings = await sharedStrings(
      zip,
      parts.find(({ fileName }) => fileName === sharedStringsPart),
    );
    for (const sheet of parts.filter(({ fileName }) => isSheet.test(fileName))) {
      for await (const row of elementsOf(zip, sheet, () => sheetRows(strings))) yield [sheet.fileName, ...row];
    }
  } finally {
    zip.close();
  }
}

async function sharedStrings(zip: ZipFile, part: Entry | undefined): Promise<readonly string[]> {
  const strings: string[] = [];
  if (part) for await (const text of elementsOf(zip, part, stringItems)) strings.push(text);
  return strings;
}

/** Sees a part's elements and collects what they come to. */
interface Reader<T> {
  readonly found: T[];
  open(tag: sax.Tag): void;
  text(text: string): void;
  close(name: string): void;
}

async function* elementsOf<T>(zip: ZipFile, part: Entry, reader: () => Reader<T>): AsyncGenerator<T> {
  const { found, open, text, close } = reader();
  const parser = sax.parser(true);
  parser.onopentag = (tag) => open({ ...(tag as sax.Tag), name: localName(tag.name) });
  parser.ontext = text;
  parser.oncdata = text;
  parser.onclosetag = (name) => close(localName(name));
  parser.onerror = (error) => {
    throw error;
  };
  const stream = await zip.openReadStreamPromise(part);
  for await (const piece of stream.setEncoding("utf8")) {
    parser.write(piece);
    yield* found.splice(0);
  }
  parser.close();
  yield* found;
}

/** Some programs write `<x:row>` for `<row>`. */
const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** `<si>` holds one string, in one `<t>` or, if it is formatted, in several; `<rPh>` only tells how it is spoken. */
function stringItems(): Reader<string> {
  const found: string[] = [];
  let item = "";
  let within: "text" | "phonetic" | undefined;
  return {
    found,
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
      if (name === "si") found.push(item);
    },
  };
}

/** `<row>` holds `<c>` for each cell that is not empty: its value in `<v>`, or its text in `<is>`. */
function sheetRows(strings: readonly string[]): Reader<string[]> {
  const found: string[][] = [];
  let row: string[] = [];
  let cell = { shared: false, value: "" };
  let inValue = false;
  return {
    found,
    open({ name, attributes }) {
      if (name === "row") row = [];
      if (name === "c") {
        cell = { shared: attributes.t === "s", value: "" };
        const column = columnOf(attributes.r);
        while (row.length < column) row.push("");
      }
      if (name === "v" || name === "t") inValue = true;
    },
    text(text) {
      if (inValue) cell.value += text;
    },
    close(name) {
      if (name === "v" || name === "t") inValue = false;
      if (name === "c") row.push(cell.shared ? (strings[Number(cell.value)] ?? "") : cell.value);
      if (name === "row") found.push(row);
    },
  };
}

/** The place of a cell in its row by its reference, such as `C7`, which it may lack; counted from 0. */
function columnOf(reference = ""): number {
  const letters = /^[A-Z]{0,3}/.exec(reference)?.[0] ?? "";
  return [...letters].reduce((column, letter) => column * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}
