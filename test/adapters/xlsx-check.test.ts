import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { checkXlsx, sheetContent } from "../../lambdas/adapters/xlsx-check.ts";
import { xlsxOf } from "../../local/toggl-simulator/table.ts";

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

const zipOf = async (parts: Record<string, string>, mtime = new Date(0)) => {
  const zip = new ZipFile();
  for (const [name, contents] of Object.entries(parts)) zip.addBuffer(Buffer.from(contents), name, { mtime });
  zip.end();
  return buffer(zip.outputStream);
};

const table = { header: ["Project"], rows: [["A"], ["B"]] };
const check = async (bytes: Buffer | string) => checkXlsx(await fileOf(bytes)).catch((error) => error);

describe("a workbook", () => {
  it("that is whole passes without a warning", async () => {
    expect(await check(await xlsxOf(table))).toEqual({ warnings: [] });
  });

  it("is refused with its reason", async () => {
    const whole = await xlsxOf(table);
    const reasons = {
      "it is empty": "",
      "it does not begin as a workbook does, whatever it was declared as": `<${whole.toString("latin1")}`,
      "it is damaged or cut short \\(.+\\)": whole.subarray(0, -30),
      "it is a zip file without \\[Content_Types\\]\\.xml": await zipOf({ "notes.txt": "no workbook" }),
    };
    for (const [reason, bytes] of Object.entries(reasons)) {
      expect(await check(bytes)).toMatchObject({
        kind: "toggl_invalid_file",
        message: expect.stringMatching(`^Toggl's file is no sound XLSX: ${reason}\\. Nothing was stored\\.$`),
      });
    }
  });

  it("is refused if a part lies beyond its end", async () => {
    const bytes = await zipOf({ "[Content_Types].xml": "<Types/>" });
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
        await checkXlsx(path).catch(() => {});
        await sheetContent(path).catch(() => {});
      }
    }
    expect(await open()).toBeLessThanOrEqual(before);
  });
});

describe("the fingerprint of a workbook", () => {
  const sheets = { "xl/workbook.xml": "<w/>", "xl/worksheets/sheet1.xml": "<a/>", "xl/sharedStrings.xml": "<s/>" };
  const fingerprint = async (parts: Record<string, string>, mtime?: Date) =>
    (await sheetContent(await fileOf(await zipOf(parts, mtime)))).checksums;

  it("is that of its sheets, not of when and by whom they were written, nor of their order in the zip", async () => {
    const first = await fingerprint({ ...sheets, "docProps/core.xml": "one", "docProps/xl/workbook.xml": "one" });
    const reversed = Object.fromEntries(Object.entries(sheets).reverse());
    const later = new Date("2026-11-02T06:00:00Z");
    expect(await fingerprint({ "docProps/core.xml": "two", ...reversed }, later)).toBe(first);
    expect(first.split("\n")).toEqual([
      expect.stringMatching(/^xl\/sharedStrings\.xml \d+ 4$/),
      expect.stringMatching(/^xl\/workbook\.xml \d+ 4$/),
      expect.stringMatching(/^xl\/worksheets\/sheet1\.xml \d+ 4$/),
    ]);
  });

  it.each(Object.keys(sheets))("differs when %s does", async (part) => {
    expect(await fingerprint({ ...sheets, [part]: "<x/>" })).not.toBe(await fingerprint(sheets));
  });
});
