import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import sax from "sax";
import yauzl, { type Entry, type ZipFile } from "yauzl";

/** A workbook's zip file and what stands where in it (ECMA-376, parts 1 and 2). */
export interface Workbook {
  readonly zip: ZipFile;
  /** In the order of the zip's directory. */
  readonly parts: readonly Entry[];
  /** In the order of their tabs. */
  readonly sheets: readonly { readonly name: string; readonly part: Entry }[];
  readonly sharedStrings: Entry | undefined;
  /** How cells look, such as their number formats. */
  readonly styles: Entry | undefined;
}

/** Far above what a report needs; so that nobody reads a directory for minutes. */
const maxParts = 1000;

/** Parts that only say where others are hold no more. */
const maxListBytes = 4 * 1024 ** 2;

const zipHead = "PK\x03\x04";

/** Heads of the files in which Office keeps what is encrypted, and what it wrote before 2007. */
const compoundFileHead = "\xd0\xcf\x11\xe0";

const mainType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";

/** What else a main part can say that it is. */
const otherTypes: readonly (readonly [type: RegExp, kind: string])[] = [
  [/wordprocessingml|ms-word/, "a text document (.docx)"],
  [/presentationml|ms-powerpoint/, "a presentation (.pptx)"],
  [/macroEnabled/i, "a workbook with macros"],
  [/template/, "a template"],
];

/** The message says in which way a file is no workbook. */
class UnsoundWorkbook extends Error {}

/** Opens a workbook, has it used, and closes it. @throws UnsoundWorkbook */
export async function withWorkbook<T>(path: string, use: (workbook: Workbook) => Promise<T>): Promise<T> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    refuseByHead((await file.read(Buffer.alloc(4), 0, 4, 0)).buffer.toString("latin1", 0, Math.min(size, 4)));
    const options = { autoClose: false, decodeStrings: false };
    const zip = await yauzl.fromRandomAccessReaderPromise(new LargeReads(file, path), size, options).catch(damaged);
    const parts = await listParts(zip).catch(damaged);
    return await use({ zip, parts: [...parts.values()], ...(await findSheets(zip, parts)) });
  } finally {
    await file.close();
  }
}

/** Reads half a megabyte at once: parts come in a third of the time that yauzl's own reader of 64 KB needs. */
class LargeReads extends yauzl.RandomAccessReader {
  constructor(
    private readonly file: FileHandle,
    private readonly path: string,
  ) {
    super();
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.path, { start, end: end - 1, highWaterMark: 512 * 1024 });
  }

  override read(...[buffer, offset, length, position, done]: Parameters<yauzl.RandomAccessReader["read"]>): void {
    this.file.read(buffer, offset, length, position).then(
      ({ bytesRead }) => done(bytesRead < length ? new Error("unexpected end of the file") : null),
      (error) => done(error),
    );
  }
}

function refuseByHead(head: string): void {
  if (head === "") throw new UnsoundWorkbook("it is empty");
  if (head === compoundFileHead) {
    throw new UnsoundWorkbook("it is encrypted with a password, or an old workbook (.xls)");
  }
  if (head !== zipHead) throw new UnsoundWorkbook("it does not begin as a workbook does, whatever it was declared as");
}

/** The unpacked bytes of a part, which are those that its checksum stands for. @throws UnsoundWorkbook if they are not */
export async function* partBytes(zip: ZipFile, part: Entry): AsyncGenerator<Buffer> {
  let checksum = 0;
  try {
    for await (const piece of await zip.openReadStreamPromise(part)) {
      checksum = crc32(piece, checksum);
      yield piece;
    }
  } catch (error) {
    damaged(error);
  }
  if (checksum !== part.crc32) throw new UnsoundWorkbook(`its part ${nameOf(part)} is damaged: the checksum is wrong`);
}

function nameOf({ fileName }: Entry): string {
  return String(fileName).replaceAll("\\", "/").replace(/^\//, "");
}

function damaged(error: unknown): never {
  if (error instanceof UnsoundWorkbook) throw error;
  throw new UnsoundWorkbook(`it is damaged or cut short (${error instanceof Error ? error.message : error})`, {
    cause: error,
  });
}

/** All parts by name, without regard to case; each found where the directory says that it is, and in its own place. */
async function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  const parts = new Map<string, Entry>();
  const places: { readonly from: number; readonly to: number }[] = [];
  for await (const part of zip.eachEntry()) {
    if (parts.size >= maxParts) throw new UnsoundWorkbook(`it has more than ${maxParts} parts`);
    if (part.isEncrypted()) throw new UnsoundWorkbook("its parts are encrypted");
    const { fileDataStart: from } = await zip.readLocalFileHeaderPromise(part, { minimal: true });
    places.push({ from, to: from + part.compressedSize });
    parts.set(nameOf(part).toLowerCase(), part);
  }
  if (parts.size < places.length) throw new UnsoundWorkbook("two parts have the same name");
  places.sort((a, b) => a.from - b.from);
  if (places.some(({ to }, index) => to > (places[index + 1]?.from ?? to)))
    throw new UnsoundWorkbook("its parts overlap");
  return parts;
}

/** Follows the file's own lists: from the package to the workbook, from there to its sheets. */
async function findSheets(
  zip: ZipFile,
  parts: ReadonlyMap<string, Entry>,
): Promise<Pick<Workbook, "sheets" | "sharedStrings" | "styles">> {
  const list = async (name: string) => {
    const part = parts.get(name.toLowerCase());
    return part && elements(zip, part);
  };
  const types = await list("[Content_Types].xml");
  if (!types) {
    throw new UnsoundWorkbook(
      parts.has("mimetype")
        ? "it is an OpenDocument file or an e-book"
        : "it is a zip file without [Content_Types].xml",
    );
  }
  const [main] = relationships(await list("_rels/.rels"), "", "officeDocument");
  if (!main) throw new UnsoundWorkbook("it names no workbook");
  const type = typeOf(main.target, types);
  if (type !== mainType) {
    throw new UnsoundWorkbook(
      `it is ${otherTypes.find(([other]) => other.test(type))?.[1] ?? "a zip file without a workbook"}`,
    );
  }
  const workbook = await list(main.target);
  if (!workbook) throw new UnsoundWorkbook("its workbook part is missing");
  const related = await list(main.target.replace(/[^/]*$/, "_rels/$&.rels"));
  const worksheets = new Map(relationships(related, main.target, "worksheet").map(({ id, target }) => [id, target]));
  const sheets = workbook.flatMap(({ name, attributes }) => {
    const target = name === "sheet" ? worksheets.get(attributes.id ?? "") : undefined;
    if (target === undefined) return []; // a chart sheet has no rows
    const part = parts.get(target.toLowerCase());
    if (!part) throw new UnsoundWorkbook(`its part ${target} is missing`);
    return { name: attributes.name ?? "", part };
  });
  if (sheets.length === 0) throw new UnsoundWorkbook("it has no sheet");
  const partOf = (kind: string) => parts.get(relationships(related, main.target, kind)[0]?.target.toLowerCase() ?? "");
  return { sheets, sharedStrings: partOf("sharedStrings"), styles: partOf("styles") };
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** All elements of a short part, without their prefixes. */
async function elements(zip: ZipFile, part: Entry): Promise<Element[]> {
  if (part.uncompressedSize > maxListBytes) throw new UnsoundWorkbook(`its part ${nameOf(part)} is too large`);
  const found: Element[] = [];
  const parser = sax.parser(true);
  parser.onopentag = ({ name, attributes }) => {
    const named = Object.entries(attributes).map(([key, value]) => [localName(key), String(value)]);
    found.push({ name: localName(name), attributes: Object.fromEntries(named) });
  };
  parser.onerror = damaged;
  const pieces: Buffer[] = [];
  for await (const piece of partBytes(zip, part)) pieces.push(piece);
  parser.write(Buffer.concat(pieces).toString()).close();
  return found;
}

/** Some programs write `<x:row>` for `<row>`. */
export const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Where the relationships of one kind lead to, as names of parts. */
function relationships(found: readonly Element[] = [], base: string, kind: string) {
  return found
    .filter(({ name, attributes }) => name === "Relationship" && attributes.Type?.endsWith(`/${kind}`))
    .map(({ attributes: { Id = "", Target = "" } }) => {
      const { pathname } = new URL(Target, `zip://file/${base}`);
      return { id: Id, target: decodeURIComponent(pathname).slice(1) };
    });
}

function typeOf(part: string, types: readonly Element[]): string {
  const isOf = (attribute: string | undefined, value: string) => attribute?.toLowerCase() === value.toLowerCase();
  const extension = part.slice(part.lastIndexOf(".") + 1);
  const own = types.find(({ attributes }) => isOf(attributes.PartName, `/${part}`));
  return (own ?? types.find(({ attributes }) => isOf(attributes.Extension, extension)))?.attributes.ContentType ?? "";
}
