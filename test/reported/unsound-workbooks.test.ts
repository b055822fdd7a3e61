import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkXlsx } from "../../lambdas/adapters/disk/xlsx-check.ts";
import { xlsxOf } from "../../local/toggl-simulator/table.ts";
import { relationsOf, typesOf, zipOf } from "../adapters/disk/workbook.ts";
import { withinMs } from "../adapters/toggl/client.ts";
import { reportedCases } from "./reported-cases.ts";

const verdict = async (bytes: Buffer): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), "workbook-"));
  const path = join(directory, "file");
  try {
    await writeFile(path, bytes);
    const { warnings } = await checkXlsx(path, withinMs(60_000));
    return ["passes", ...warnings.map(({ code }) => code)].join(", ");
  } catch (error) {
    return /XLSX: (.*)\. Nothing/.exec(String(error))?.[1] ?? String(error);
  } finally {
    await rm(directory, { recursive: true });
  }
};

const sound = () => xlsxOf({ header: ["Project"], rows: [["A"]] });
const office = (part: string, type: string) =>
  zipOf({
    "[Content_Types].xml": typesOf(part, `application/vnd.openxmlformats-officedocument.${type}`),
    "_rels/.rels": relationsOf({ [part]: "officeDocument" }),
    [part]: "<main/>",
  });
/** A sound workbook with another entry for the last part in its directory. */
const edited = async (edit: (zip: Buffer, entryAt: number) => void) => {
  const zip = await sound();
  edit(zip, zip.lastIndexOf("PK\x01\x02"));
  return zip;
};
const one = (name: string, before: string, right: string, bytes: () => Promise<Buffer>) => ({
  name,
  before,
  right,
  now: async () => (await verdict(await bytes())).replace(/part \S+ is damaged/, "part … is damaged"),
});

reportedCases("Workbooks that Excel cannot open", [
  one("a sound one", "passes", "passes", sound),
  one("a wrong checksum", "passes", "its part … is damaged: the checksum is wrong", () =>
    edited((zip, at) => zip.writeUInt32LE(7, at + 16)),
  ),
  one("an encrypted part", "passes", "its parts are encrypted", () =>
    edited((zip, at) => zip.writeUInt16LE(zip.readUInt16LE(at + 8) | 1, at + 8)),
  ),
  one(
    "a password for all of it",
    "refused, not named",
    "it is encrypted with a password, or an old workbook (.xls)",
    async () => Buffer.from("d0cf11e0a1b11ae1", "hex"),
  ),
  one("a .docx", "passes", "it is a text document (.docx)", () =>
    office("word/document.xml", "wordprocessingml.document.main+xml"),
  ),
  one("a .pptx", "passes", "it is a presentation (.pptx)", () =>
    office("ppt/presentation.xml", "presentationml.presentation.main+xml"),
  ),
  one("an .ods", "refused, not named", "it is an OpenDocument file or an e-book", () =>
    zipOf({ mimetype: "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<c/>" }),
  ),
  one("any zip file with a list of types", "passes", "it names no workbook", () =>
    zipOf({ "[Content_Types].xml": "<Types/>", "readme.txt": "no" }),
  ),
]);
