import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ExportFormat } from "../../../api/reports.ts";
import { compareFiles } from "../../../lambdas/adapters/disk/compare-files.ts";
import { csvOf, xlsxOf } from "../../../local/toggl-simulator/table.ts";
import { withinMs } from "../toggl/client.ts";
import { relationsOf, workbookParts, zipOf } from "./workbook.ts";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "compare-"));
});
afterAll(() => rm(directory, { recursive: true }));

let count = 0;
const fileOf = async (bytes: Buffer | string) => {
  const path = join(directory, String(count++));
  await writeFile(path, bytes);
  return path;
};

const table = {
  header: ["Project", "Hours"],
  rows: [
    ["A, B", 1.5],
    ['"C"', 2],
    ["Ü\nx", 3],
  ] as (string | number)[][],
};
const late = {
  ...table,
  rows: [
    ["A, B", 1.75],
    ['"C"', 2],
    ["new", 1],
  ],
};
const compare = async (earlier: string, later: string, format: ExportFormat) =>
  (await compareFiles(earlier, later, format, withinMs(600_000))).changes;
const nothing = { added: 0, removed: 0, changed: 0 };
const difference = { added: 1, removed: 1, changed: 1 };

describe("CSV", () => {
  it("is given up when half of the time is over", async () => {
    const path = await fileOf(csvOf(table));
    let left = 1000;
    const hurried = { signal: AbortSignal.abort(), remainingMs: () => (left /= 3) };
    await expect(compareFiles(path, path, "csv", hurried)).rejects.toThrow("there was no time left for it");
  });

  it("counts by rows, whatever the order and the line ends", async () => {
    const rows = [...table.rows].reverse();
    const other = csvOf({ ...table, rows })
      .toString()
      .replaceAll("\r\n", "\n");
    expect(await compare(await fileOf(csvOf(table)), await fileOf(`\ufeff${other}`), "csv")).toEqual(nothing);
    expect(await compare(await fileOf(csvOf(table)), await fileOf(csvOf(late)), "csv")).toEqual(difference);
  });

  it("that only looks odd is compared all the same", async () => {
    const odd = 'a,b\n1\n\n2,3,4\n"x"y,5\n';
    expect(await compare(await fileOf(odd), await fileOf(`${odd}6,7\n`), "csv")).toEqual({ ...nothing, added: 1 });
  });

  it("too large for memory is not read", async () => {
    const large = await fileOf(Buffer.alloc(32 * 1024 ** 2 + 1, "a,b\n"));
    await expect(compare(large, await fileOf("a,b\n"), "csv")).rejects.toThrow("more than 32 MB are not compared");
  });
});

describe("XLSX", () => {
  /** Whether they are the same; nothing else is said of workbooks. */
  const isSame = async (earlier: Buffer, later: Buffer) => {
    const { isSame, ...rest } = await compareFiles(
      await fileOf(earlier),
      await fileOf(later),
      "xlsx",
      withinMs(600_000),
    );
    expect(rest).toEqual({});
    return isSame;
  };

  it("is the same where its sheets are, though a zip's bytes differ", async () => {
    const first = await xlsxOf(table);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 }); // a zip holds the time in steps of two seconds
    const second = await xlsxOf(table).finally(() => vi.useRealTimers());
    expect(first.equals(second)).toBe(false);
    expect(await isSame(first, second)).toBe(true);
    expect(await isSame(first, await xlsxOf(late))).toBe(false);
  });

  it("that holds the same rows in another order is another", async () => {
    const rows = [...table.rows].reverse();
    expect(await isSame(await xlsxOf(table), await xlsxOf({ ...table, rows }))).toBe(false);
  });

  it("of any size is compared, in little memory", async () => {
    const large = (cell: string) => workbookOf(`${"<v>1</v>".repeat(9_000_000)}${cell}`);
    const before = await large("");
    expect(await isSame(before, before)).toBe(true);
    expect(await isSame(before, await large("<v>1</v>"))).toBe(false);
  });

  const sheet = '<worksheet><row><c t="s"><v>0</v></c></row></worksheet>';
  const strings = "<sst><si><t>A</t></si></sst>";
  const parts: Record<string, string> = {
    ...workbookParts(sheet, strings),
    "xl/_rels/workbook.xml.rels": relationsOf({
      "worksheets/sheet1.xml": "worksheet",
      "sharedStrings.xml": "sharedStrings",
      "styles.xml": "styles",
    }),
    "xl/styles.xml": '<styleSheet><numFmt formatCode="0.00"/></styleSheet>',
  };
  const renamed = (all: Record<string, string>) => {
    const name = (text: string) => text.replace("worksheets/sheet1.xml", "data/one.xml");
    return Object.fromEntries(Object.entries(all).map(([part, contents]) => [name(part), name(contents)]));
  };
  const edited = (part: string, from: string, to: string) => ({
    ...parts,
    [part]: parts[part]?.replace(from, to) ?? "",
  });
  it.each([
    ["the time of the zip", true, () => zipOf(parts, new Date("2026-11-02T06:00:00Z"))],
    ["its compression", true, () => zipOf(parts, undefined, { compress: false })],
    ["the order of its parts", true, () => zipOf(Object.fromEntries(Object.entries(parts).reverse()))],
    ["who made it and when", true, () => zipOf({ ...parts, "docProps/core.xml": "<created>now</created>" })],
    ["its theme", true, () => zipOf({ ...parts, "xl/theme/theme1.xml": "<theme/>" })],
    ["the names of its parts", true, () => zipOf(renamed(parts))],
    [
      "what a program says of itself",
      true,
      () => zipOf(edited("xl/workbook.xml", "<sheets>", "<fileVersion/><sheets>")),
    ],
    ["a cell", false, () => zipOf(edited("xl/worksheets/sheet1.xml", "</row>", "<c/></row>"))],
    ["a shared string", false, () => zipOf(edited("xl/sharedStrings.xml", "A", "B"))],
    ["a number format", false, () => zipOf(edited("xl/styles.xml", "0.00", "0.0"))],
    ["the name of a sheet", false, () => zipOf(edited("xl/workbook.xml", "Report", "Other"))],
    ["a cell, in a part of another name", false, () => zipOf(renamed(edited("xl/worksheets/sheet1.xml", "0", "1")))],
    [
      "a second sheet of the same cells",
      false,
      () => zipOf(edited("xl/workbook.xml", "</sheets>", '<sheet name="B" sheetId="2" r:id="r1"/></sheets>')),
    ],
  ])("that differs in %s is the same: %s", async (_, expected, other) => {
    expect(await isSame(await zipOf(parts), await other())).toBe(expected);
  });

  it("counts by its real contents, whatever its directory says of them", async () => {
    const rows = (cells: string) => `<worksheet><row><c/></row><row>${cells}</row></worksheet>`;
    const [one, two] = [await workbookOf(rows("<c><v>1</v></c>")), await workbookOf(rows("<c><v>2</v></c>"))];
    const liar = Buffer.from(two);
    const [from, to] = [one, liar].map((zip) => zip.lastIndexOf("PK\x01\x02", zip.lastIndexOf("xl/worksheets")));
    one.copy(liar, (to ?? 0) + 16, (from ?? 0) + 16, (from ?? 0) + 20); // the checksum
    await expect(isSame(one, liar)).rejects.toThrow(/checksum is wrong/);
  });

  it("is given up when half of the time is over", async () => {
    const [one, two] = [await fileOf(await workbookOf(sheet)), await fileOf(await xlsxOf(table))];
    let left = 1000;
    const deadline = { signal: AbortSignal.abort(), remainingMs: () => left-- };
    await expect(compareFiles(one, two, "xlsx", deadline)).resolves.toEqual({ isSame: false });
    left = 1000;
    const hurried = { ...deadline, remainingMs: () => (left /= 3) };
    await expect(compareFiles(one, two, "xlsx", hurried)).rejects.toThrow("there was no time left for it");
  });

  it("that is damaged is an error", async () => {
    const sound = await xlsxOf(table);
    await expect(isSame(sound.subarray(0, -20), sound)).rejects.toThrow(/damaged or cut short/);
  });
});

const workbookOf = (sheet: string, strings?: string) => zipOf(workbookParts(sheet, strings));
