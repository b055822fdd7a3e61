import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkXlsx } from "../../../lambdas/adapters/disk/xlsx-check.ts";
import { xlsxOf } from "../../../local/toggl-simulator/table.ts";
import { withinMs } from "../toggl/client.ts";
import { relationsOf, workbookParts, zipOf } from "./workbook.ts";

let directory: string;
let count = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "header-"));
});
afterAll(() => rm(directory, { recursive: true }));

const fileOf = async (bytes: Buffer) => {
  const path = join(directory, String(count++));
  await writeFile(path, bytes);
  return path;
};
const check = async (bytes: Buffer) => checkXlsx(await fileOf(bytes), withinMs(60_000));
const checkSheet = async (rows: string, strings?: string) =>
  check(await zipOf(workbookParts(`<worksheet><sheetData>${rows}</sheetData></worksheet>`, strings)));

const xml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const inline = (text: string, reference = "") =>
  `<c ${reference && `r="${reference}" `}t="inlineStr"><is><t>${xml(text)}</t></is></c>`;
const si = (text: string) => `<si><t xml:space="preserve">${xml(text)}</t></si>`;

describe("the columns of a workbook", () => {
  it.each<[string, string, string | undefined, string[]]>([
    [
      "shared strings",
      '<row><c t="s"><v>1</v></c><c t="s"><v>0</v></c></row>',
      `<sst>${si("B")}${si("A")}</sst>`,
      ["A", "B"],
    ],
    [
      "one shared string twice",
      '<row><c t="s"><v>0</v></c><c t="s"><v>0</v></c></row>',
      `<sst>${si("H")}</sst>`,
      ["H", "H"],
    ],
    ["strings in their cells", `<row>${inline("Project")}${inline("A & B")}</row>`, undefined, ["Project", "A & B"]],
    [
      "text in several formats",
      '<row><c t="inlineStr"><is><r><t>Pro</t></r><r><rPr><b/></rPr><t>ject</t></r></is></c><c t="s"><v>0</v></c></row>',
      '<sst><si><r><t>Hou</t></r><r><t xml:space="preserve">rs </t></r></si></sst>',
      ["Project", "Hours "],
    ],
    [
      "text with how it is pronounced",
      '<row><c t="s"><v>0</v></c></row>',
      '<sst><si><t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/></si></sst>',
      ["課"],
    ],
    [
      "text behind how it is pronounced",
      '<row><c t="s"><v>0</v></c></row>',
      '<sst><si><rPh sb="0" eb="1"><t>カ</t></rPh><t>課</t></si></sst>',
      ["課"],
    ],
    [
      "a number, and one of a formula",
      "<row><c><v>2026</v></c><c><f>1+1</f><v>2</v></c></row>",
      undefined,
      ["2026", "2"],
    ],
    [
      "text of a formula, a date, a truth and an error",
      '<row><c t="str"><f>"A"</f><v>A</v></c><c t="d"><v>2026-10-01</v></c><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c></row>',
      undefined,
      ["A", "2026-10-01", "TRUE", "#REF!"],
    ],
    [
      "empty cells between and at the end",
      `<row>${inline("A", "B1")}${inline("B", "D1")}<c r="E1" s="1"/></row>`,
      undefined,
      ["", "A", "", "B"],
    ],
    [
      "a cell without a name and one with a blank",
      `<row>${inline("A")}<c/>${inline(" ")}</row>`,
      undefined,
      ["A", "", " "],
    ],
    ["cells in another order", `<row>${inline("B", "B1")}${inline("A", "A1")}</row>`, undefined, ["A", "B"]],
    [
      "references beyond Z",
      `<row>${inline("A", "A1")}${inline("Z", "AB1")}</row>`,
      undefined,
      ["A", ...Array(26).fill(""), "Z"],
    ],
    [
      "empty rows before it",
      `<row/><row><c s="1"/></row><row r="3">${inline("A")}</row><row>${inline("x")}</row>`,
      undefined,
      ["A"],
    ],
    ["a row of blanks before it", `<row>${inline(" ")}</row><row>${inline("A")}</row>`, undefined, ["A"]],
    [
      "truths, with blanks around them",
      '<row><c t="b"><v> 1 </v></c><c t="b"><v>0</v></c></row>',
      undefined,
      ["TRUE", "FALSE"],
    ],
    ["tags on lines of their own", '<row>\n<c t="str">\n<v>A</v>\n</c>\n</row>', undefined, ["A"]],
    [
      "an empty cell of shared strings",
      '<row><c t="s"/><c t="s"><v>0</v></c></row>',
      `<sst>${si("A")}</sst>`,
      ["", "A"],
    ],
    [
      "fixed references, and what is none",
      `<row>${inline("A", "$C$12")}${inline("B", "1")}${inline("C", "G1-2")}</row>`,
      undefined,
      ["", "", "A", "B", "C"],
    ],
    ["signs that XML cannot hold", `<row>${inline("A_x000D_\nB_x005F_")}</row>`, undefined, ["A\r\nB_"]],
    ["CDATA and numbered characters", '<row><c t="str"><v><![CDATA[A<B]]>&#252;</v></c></row>', undefined, ["A<Bü"]],
    ["nothing behind the first row that is XML", `<row>${inline("A")}</row><row><c></row>`, undefined, ["A"]],
  ])("may be %s", async (_, rows, strings, columns) => {
    expect(await checkSheet(rows, strings)).toEqual({ columns, warnings: [] });
  });

  it("may be in a namespace with a prefix, as some programs write it", async () => {
    const sheet =
      '<x:worksheet xmlns:x="urn:x"><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>';
    const strings = '<x:sst xmlns:x="urn:x"><x:si><x:t>A</x:t></x:si></x:sst>';
    expect(await check(await zipOf(workbookParts(sheet, strings)))).toEqual({ columns: ["A"], warnings: [] });
  });

  it("are those of the sheet whose tab is the first, wherever its part lies", async () => {
    const parts = {
      ...workbookParts(`<worksheet><row>${inline("second")}</row></worksheet>`),
      "xl/workbook.xml":
        '<workbook><definedName r:id="r1"/><sheets><sheet name="B" sheetId="2" r:id="r2"/><sheet name="A" sheetId="1" r:id="r1"/></sheets></workbook>',
      "xl/_rels/workbook.xml.rels": relationsOf({
        "worksheets/sheet1.xml": "worksheet",
        "worksheets/sheet2.xml": "worksheet",
      }),
      "xl/worksheets/sheet2.xml": `<worksheet><row>${inline("first")}</row></worksheet>`,
    };
    expect((await check(await zipOf(parts))).columns).toEqual(["first"]);
  });

  it("are those that a library wrote, whatever the names", async () => {
    const name = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 12 }),
      fc.constantFrom("", "Hours", "_x0041_", " A"),
    );
    const header = fc.array(name, { minLength: 1, maxLength: 30 });
    const isXml = (text: string) => !/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u.test(text);
    await fc.assert(
      fc.asyncProperty(header, async (names) => {
        fc.pre(names.every(isXml) && names.some((one) => one.trim() !== ""));
        const { columns = [] } = await checkSheet(
          `<row>${names.map((one) => inline(one.replaceAll("_", "_x005F_"))).join("")}</row>`,
        );
        const shared = await checkSheet(
          `<row>${names.map((_, at) => `<c t="s"><v>${names.length - 1 - at}</v></c>`).join("")}</row>`,
          `<sst>${names
            .map((one) => si(one.replaceAll("_", "_x005F_")))
            .toReversed()
            .join("")}</sst>`,
        );
        const right = names.slice(0, names.findLastIndex((one) => one !== "") + 1);
        expect(columns).toEqual(right);
        expect(shared.columns).toEqual(right);
      }),
      { seed: 20261126, numRuns: 40 },
    );
    const names = ["Project", "Größe & <b>", "Profit (USD)", "", "Hours"];
    expect((await check(await xlsxOf({ header: names, rows: [["A", "B", 1, "", 2]] }))).columns).toEqual(names);
  });
});

describe("a workbook without names that can be read", () => {
  const wide = (cells: number) => Array.from({ length: cells }, (_, at) => inline(`N${at}`)).join("");
  const blanks = " ".repeat(8 * 1024 ** 2);
  it.each<[string, string, () => Promise<Buffer>]>([
    ["has no rows", "its first sheet has no row with anything in it", () => sheet("")],
    ["has empty rows alone", "its first sheet has no row with anything in it", () => sheet("<row><c/></row><row/>")],
    [
      "has a shared string of blanks alone",
      "its first sheet has no row with anything in it",
      () => sheet('<row><c t="s"><v>0</v></c></row>', `<sst>${si(" ")}</sst>`),
    ],
    [
      "lacks the string",
      "the shared string 3 is missing",
      () => sheet('<row><c t="s"><v>3</v></c></row>', `<sst>${si("A")}</sst>`),
    ],
    [
      "has a string of no number",
      "the shared string x is missing",
      () => sheet('<row><c t="s"><v>x</v></c></row>', `<sst>${si("A")}</sst>`),
    ],
    ["is no XML", "its XML is unsound (Unexpected close tag)", () => sheet("<row><c></row>")],
    ["is wider than a sheet can be", "it has more than 16384 columns", () => sheet(`<row>${wide(16_385)}</row>`)],
    ["has a cell beyond", "it has more than 16384 columns", () => sheet(`<row>${inline("A", "XFE1")}</row>`)],
    [
      "has a name that is too long",
      "they are longer than 64 KB",
      () => sheet(`<row>${inline("A".repeat(65_537))}</row>`),
    ],
    [
      "says one long string over and over",
      "they are longer than 64 KB",
      () => sheet(`<row>${'<c t="s"><v>0</v></c>'.repeat(5000)}</row>`, `<sst>${si("A".repeat(30_000))}</sst>`),
    ],
    ["begins too late", "they do not stand in the first 8 MB", () => sheet(`${blanks}<row>${inline("A")}</row>`)],
    [
      "has its strings too late",
      "they do not stand in the first 8 MB",
      () => sheet('<row><c t="s"><v>0</v></c></row>', `<sst>${blanks}${si("A")}</sst>`),
    ],
  ])("that %s passes, with a warning and no columns", async (_, reason, bytes) => {
    expect(await check(await bytes())).toEqual({
      warnings: [{ code: "header_unread", detail: `the names of its columns could not be read: ${reason}` }],
    });
  });
  const sheet = (rows: string, strings?: string) =>
    zipOf(workbookParts(`<worksheet><sheetData>${rows}</sheetData></worksheet>`, strings));

  it("is one that there was no time left for", async () => {
    const path = await fileOf(await sheet(`<row>${inline("A")}</row>`));
    let left = 1000;
    const hurried = { signal: AbortSignal.abort(), remainingMs: () => (left /= 3) };
    expect((await checkXlsx(path, hurried)).warnings).toContainEqual({
      code: "header_unread",
      detail: "the names of its columns could not be read: there was no time left for it",
    });
  });

  it("is closed again, and so is one with a long sheet behind its header", async () => {
    const open = async () => (await readdir("/dev/fd")).length;
    const rows = `<row>${inline("A")}</row>${"<row><c><v>1</v></c></row>".repeat(100_000)}`;
    const paths = [await fileOf(await sheet(rows)), await fileOf(await sheet("<row><c></row>"))];
    for (const path of paths) await checkXlsx(path, withinMs(60_000));
    const before = await open();
    for (let time = 0; time < 4; time++) for (const path of paths) await checkXlsx(path, withinMs(60_000));
    await expect.poll(open).toBeLessThanOrEqual(before);
  });
});
