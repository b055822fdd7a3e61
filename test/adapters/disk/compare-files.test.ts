import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { FileFormat, Report } from "../../../api/reports.ts";
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
const compare = async (earlier: string, later: string, format: FileFormat, report: Report = "trends/projects") =>
  (await compareFiles(earlier, later, { report, format }, withinMs(600_000))).changes;
const csv = { report: "trends/projects", format: "csv" } as const;
const xlsx = { ...csv, format: "xlsx" } as const;
const nothing = { added: 0, removed: 0, changed: 0 };
const difference = { added: 1, removed: 1, changed: 1 };

describe("CSV", () => {
  it("is given up when half of the time is over", async () => {
    const path = await fileOf(csvOf(table));
    let left = 1000;
    const hurried = { signal: AbortSignal.abort(), remainingMs: () => (left /= 3) };
    await expect(compareFiles(path, path, csv, hurried)).rejects.toThrow("there was no time left for it");
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

  it("counts no header as a row, also where no column has the name that it had", async () => {
    expect(await compare(await fileOf("a,b\n1,2\n"), await fileOf("c,d\n1,2\n"), "csv")).toEqual(nothing);
  });

  it("too large for memory is not read", async () => {
    const large = await fileOf(Buffer.alloc(32 * 1024 ** 2 + 1, "a,b\n"));
    await expect(compare(large, await fileOf("a,b\n"), "csv")).rejects.toThrow("more than 32 MB are not compared");
  });
});

describe("trends", () => {
  const header = "project_id,project_name,date,seconds,previous_date,previous_seconds,user_ids";
  const trends = (...rows: string[]) => fileOf([header, ...rows, ""].join("\r\n"));
  const [one, two] = ["1,A,2026-10-01,60,2026-09-01,,3 4", "1,A,2026-10-02,,2026-09-02,0,3 4"];
  const changes = async (earlier: string[], later: string[]) =>
    compare(await trends(...earlier), await trends(...later), "csv", "data_trends/projects");

  it.each<[string, string[], string[], object]>([
    ["one day's figure", [one, two], [one, two.replace(",,2026", ",5,2026")], { changed: 1 }],
    ["a day that was without data", [one, two], [one.replace(",,3 4", ",9,3 4"), two], { changed: 1 }],
    ["figures of many days", [one, two], [one.replace("60", "61"), two.replace(",0,", ",1,")], { changed: 2 }],
    [
      "a project in place of another with the same figures",
      [one],
      [one.replace("1,A", "2,B")],
      { added: 1, removed: 1 },
    ],
    ["a day in place of another", [one], [one.replace("10-01", "10-03")], { added: 1, removed: 1 }],
    [
      "projects whose names are numbers",
      ["1,42,2026-10-01,5,,,", "1,42,2026-10-02,6,,,"],
      ["1,42,2026-10-02,7,,,"],
      { removed: 1, changed: 1 },
    ],
    ["names that have become known", ["1,,2026-10-01,60,2026-09-01,,3 4"], [one], {}],
    ["another order of rows and people", [one, two], [two.replace("3 4", "4 3"), one], {}],
    ["another person", [one, two], [one.replace("3 4", "3 5"), two], { changed: 1 }],
    ["a project more", [one, two], [one, two, "2,B,2026-10-01,,,,"], { added: 1 }],
    ["nothing at all", [], [], {}],
    [
      "rows of the period before alone",
      ["1,A,,,2026-09-30,5,", "1,A,,,2026-10-01,6,"],
      ["1,A,,,2026-09-30,5,", "1,A,,,2026-10-01,7,"],
      { changed: 1 },
    ],
  ])("as CSV that differ by %s", async (_, earlier, later, expected) => {
    expect(await changes(earlier, later)).toEqual({ ...nothing, ...expected });
  });

  it("as JSON are the same if they say the same, and nothing is counted", async () => {
    const json = { report: "data_trends/projects", format: "json" } as const;
    const [plain, wrapped, other] = [
      '[{"project_id":1},{"project_id":2}]',
      '{"items": [{"project_id":2}, {"project_id":1}]}',
      "[]",
    ];
    const same = async (earlier = "", later = "") =>
      compareFiles(await fileOf(earlier), await fileOf(later), json, withinMs(600_000));
    expect(await same(plain, wrapped)).toEqual({ isSame: true });
    expect(await same(plain, other)).toEqual({ isSame: false });
    let left = 1000;
    const hurried = { signal: AbortSignal.abort(), remainingMs: () => (left /= 3) };
    const path = await fileOf(plain);
    await expect(compareFiles(path, path, json, hurried)).rejects.toThrow("there was no time left for it");
  });
});

describe("XLSX", () => {
  /** Whether they are the same; nothing else is said of workbooks. */
  const isSame = async (earlier: Buffer, later: Buffer) => {
    const { isSame, ...rest } = await compareFiles(await fileOf(earlier), await fileOf(later), xlsx, withinMs(600_000));
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
    const large = (cell: string) => workbookOf(`${"<v>1</v>".repeat(5_000_000)}${cell}`); // more than is read of CSV
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
    await expect(compareFiles(one, two, xlsx, deadline)).resolves.toEqual({ isSame: false });
    left = 1000;
    const hurried = { ...deadline, remainingMs: () => (left /= 3) };
    await expect(compareFiles(one, two, xlsx, hurried)).rejects.toThrow("there was no time left for it");
  });

  it("that is damaged is an error", async () => {
    const sound = await xlsxOf(table);
    await expect(isSame(sound.subarray(0, -20), sound)).rejects.toThrow(/damaged or cut short/);
  });
});

const workbookOf = (sheet: string, strings?: string) => zipOf(workbookParts(sheet, strings));
