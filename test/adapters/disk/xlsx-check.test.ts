import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkXlsx, sheetsHash } from "../../../lambdas/adapters/disk/xlsx-check.ts";
import { xlsxOf } from "../../../local/toggl-simulator/table.ts";
import { withinMs } from "../toggl/client.ts";
import { relationsOf, typesOf, workbookParts, zipOf } from "./workbook.ts";

let directory: string;
let count = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "xlsx-"));
});
afterAll(() => rm(directory, { recursive: true }));

const fileOf = async (bytes: Buffer | string) => {
  const path = join(directory, String(count++));
  await writeFile(path, bytes);
  return path;
};

const header = '<row><c t="inlineStr"><is><t>Project</t></is></c></row>';
const table = { header: ["Project"], rows: [["A"], ["B"]] };
const check = async (bytes: Buffer | string) =>
  checkXlsx(await fileOf(bytes), withinMs(60_000)).catch((error) => error);

describe("a workbook", () => {
  it("that is whole passes without a warning", async () => {
    expect(await check(await xlsxOf(table))).toEqual({ columns: ["Project"], warnings: [] });
  });

  it("is refused with its reason", async () => {
    const whole = await xlsxOf(table);
    const parts = workbookParts("<worksheet/>");
    const office = (part: string, type: string) =>
      zipOf({
        "[Content_Types].xml": typesOf(part, `application/vnd.openxmlformats-officedocument.${type}`),
        "_rels/.rels": relationsOf({ [part]: "officeDocument" }),
        [part]: "<main/>",
      });
    const without = (part: string) =>
      zipOf(Object.fromEntries(Object.entries(parts).filter(([name]) => name !== part)));
    const sound = await zipOf(parts);
    /** With another entry for the last part in the directory. */
    const edited = (edit: (zip: Buffer, entryAt: number) => void) => {
      const zip = Buffer.from(sound);
      edit(zip, zip.lastIndexOf("PK\x01\x02"));
      return zip;
    };
    const twice = await zipOf({ ...parts, "xl/SharedStrings.xml": "" });
    const reasons = {
      "it is empty": "",
      "it does not begin as a workbook does, whatever it was declared as": `<${whole.toString("latin1")}`,
      "it is damaged or cut short \\(.+\\)": whole.subarray(0, -30),
      "it is encrypted with a password, or an old workbook \\(.xls\\)": Buffer.from("d0cf11e0a1b11ae1", "hex"),
      "it is a zip file without \\[Content_Types\\]\\.xml": await zipOf({ "notes.txt": "no workbook" }),
      "it is an OpenDocument file or an e-book": await zipOf({
        mimetype: "application/vnd.oasis.opendocument.spreadsheet",
      }),
      "it is a text document \\(.docx\\)": await office("word/document.xml", "wordprocessingml.document.main+xml"),
      "it is a presentation \\(.pptx\\)": await office("ppt/presentation.xml", "presentationml.presentation.main+xml"),
      "it is a template": await office("xl/workbook.xml", "spreadsheetml.template.main+xml"),
      "it is a workbook with macros": await office("xl/workbook.xml", "sheet.macroEnabled.main+xml"),
      "it is a zip file without a workbook": await office("xl/workbook.xml", "drawing+xml"),
      "it names no workbook": await zipOf({ ...parts, "_rels/.rels": relationsOf({}) }),
      "its workbook part is missing": await without("xl/workbook.xml"),
      "its part xl/worksheets/sheet1.xml is missing": await without("xl/worksheets/sheet1.xml"),
      "it has no sheet": await zipOf({ ...parts, "xl/workbook.xml": "<workbook/>" }),
      "its parts are encrypted": edited((zip, at) => zip.writeUInt16LE(1, at + 8)),
      "its part .+ is damaged: the checksum is wrong": edited((zip, at) => zip.writeUInt32LE(7, at + 16)),
      "its parts overlap": edited((zip, at) => zip.writeUInt32LE(0, at + 42)),
      "two parts have the same name": twice,
      "it is damaged or cut short \\(.*Unclosed root tag[^]*\\)": await zipOf({
        ...parts,
        "xl/workbook.xml": "<workbook>",
      }),
      "its part _rels/.rels is too large": await zipOf({ ...parts, "_rels/.rels": " ".repeat(4 * 1024 ** 2 + 1) }),
      "it has more than 1000 parts": await zipOf(
        Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [String(index), ""])),
      ),
    };
    for (const [reason, bytes] of Object.entries(reasons)) {
      expect(await check(bytes)).toMatchObject({
        kind: "toggl_invalid_file",
        message: expect.stringMatching(`^Toggl's file is no sound XLSX: ${reason}\\. Nothing was stored\\.$`),
      });
    }
  });

  it("is refused if a part lies beyond its end", async () => {
    const bytes = await zipOf(workbookParts("<worksheet/>"));
    const directoryAt = bytes.indexOf("PK\x01\x02");
    bytes.writeUInt32LE(bytes.length, directoryAt + 20); // the compressed size that the directory claims
    const failure = await check(bytes);
    expect(failure.message).toContain("it is damaged or cut short");
    expect(failure.cause).toBeInstanceOf(Error);
  });

  it("is closed again, whatever it is", async () => {
    const open = async () => (await readdir("/dev/fd")).length;
    const files = [await fileOf(await xlsxOf(table)), await fileOf(await zipOf({ a: "b" })), await fileOf("x")];
    const before = await open();
    for (const path of files) {
      for (let time = 0; time < 5; time++) {
        await checkXlsx(path, withinMs(60_000)).catch(() => {});
        await sheetsHash(path, () => {}).catch(() => {});
      }
    }
    expect(await open()).toBeLessThanOrEqual(before);
  });
});

it("is checked as far as there is time, and says so", async () => {
  const blanks = " ".repeat(3 * 1024 ** 2);
  const path = await fileOf(await zipOf(workbookParts(`<worksheet>${header}${blanks}</worksheet>`)));
  let left = 1000;
  const deadline = { signal: AbortSignal.abort(), remainingMs: () => (left -= 5) };
  expect(await checkXlsx(path, deadline)).toEqual({
    columns: ["Project"],
    warnings: [
      { code: "parts_unchecked", detail: expect.stringMatching(/^only the first [12] MB of its contents were/) },
    ],
  });
});

it("may have parts with other names, cases and slashes", async () => {
  const parts = Object.entries(workbookParts(`<worksheet>${header}</worksheet>`));
  const renamed = parts.map(([name, contents]) => [name.replace("worksheets/sheet1", "Worksheets/Sheet1"), contents]);
  expect(await check(await zipOf(Object.fromEntries(renamed)))).toEqual({ columns: ["Project"], warnings: [] });
  const absolute = parts.map(([name, contents]) => [name, contents.replace('"worksheets/', '"/xl/worksheets/')]);
  expect(await check(await zipOf(Object.fromEntries(absolute)))).toEqual({ columns: ["Project"], warnings: [] });
});

describe("a workbook that another program wrote", () => {
  const parts = workbookParts(`<worksheet>${header}</worksheet>`);
  const whole = { columns: ["Project"], warnings: [] };

  it("may list its parts in another order than they lie in", async () => {
    const [entry, end] = ["PK\x01\x02", "PK\x05\x06"];
    const [files, ...listed] = (await zipOf(parts)).toString("latin1").split(entry);
    const [last, rest] = String(listed.pop()).split(end);
    expect(listed).toHaveLength(Object.keys(parts).length - 1);
    const zip = [[files, last, ...listed].join(entry), rest].join(end);
    expect(await check(Buffer.from(zip, "latin1"))).toEqual(whole);
  });

  it("may have backslashes in the names of its parts", async () => {
    const zip = (await zipOf(parts)).toString("latin1");
    const sheet = "xl/worksheets/sheet1.xml";
    expect(await check(Buffer.from(zip.replaceAll(sheet, sheet.replaceAll("/", "\\")), "latin1"))).toEqual(whole);
    expect(await check(Buffer.from(zip.replaceAll("xl/sharedStrings.xml", "/l/sharedStrings.xml"), "latin1"))).toEqual(
      whole,
    );
  });

  it("may say what its parts are by their extension, in any case", async () => {
    const type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml";
    const types = `<Types><Default Extension="rels" ContentType="x"/><Default Extension="XML" ContentType="${type}"/></Types>`;
    expect(await check(await zipOf({ ...parts, "[Content_Types].xml": types }))).toEqual(whole);
  });

  it("may relate to what has no type, and say other things beside", async () => {
    const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument";
    const more = `<Relationships><Note Type="${kind}" Target="nothing.xml"/><Relationship Id="r9"/>`;
    const rels = String(parts["_rels/.rels"]).replace("<Relationships>", more);
    expect(await check(await zipOf({ ...parts, "_rels/.rels": rels }))).toEqual(whole);
  });
});
