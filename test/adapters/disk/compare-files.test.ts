import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { ExportFormat } from "../../../api/reports.ts";
import { compareFiles } from "../../../lambdas/adapters/disk/compare-files.ts";
import { eachWorkbookRow } from "../../../lambdas/adapters/disk/workbook-rows.ts";
import { csvOf, xlsxOf } from "../../../local/toggl-simulator/table.ts";
import { withinMs } from "../toggl/client.ts";
import { workbookParts, zipOf } from "./workbook.ts";

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
const compare = async (earlier: string, later: string, format: ExportFormat, milliseconds = 600_000) =>
  (await compareFiles(earlier, later, format, withinMs(milliseconds))).changes;
const nothing = { added: 0, removed: 0, changed: 0 };
const difference = { added: 1, removed: 1, changed: 1 };

describe("CSV", () => {
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
  it("counts by its sheets, though a zip's bytes differ", async () => {
    const first = await xlsxOf(table);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10_000 }); // a zip holds the time in steps of two seconds
    const second = await xlsxOf(table).finally(() => vi.useRealTimers());
    expect(first.equals(second)).toBe(false);
    expect(await compare(await fileOf(first), await fileOf(second), "xlsx")).toEqual(nothing);
    expect(await compare(await fileOf(first), await fileOf(await xlsxOf(late)), "xlsx")).toEqual(difference);
  });

  it("of many rows is compared", async () => {
    const many = (hours: number) => ({
      header: ["Project", "Hours"],
      rows: Array.from({ length: 20_000 }, (_, row): (string | number)[] => [`Project ${row}`, row + hours]),
    });
    const [earlier, later] = [await fileOf(await xlsxOf(many(0))), await fileOf(await xlsxOf(many(0.5)))];
    expect(await compare(earlier, later, "xlsx")).toEqual({ ...nothing, changed: 20_000 });
  });

  it("too large for memory once it is unpacked is not read", async () => {
    const [large, small] = [
      await fileOf(await workbookOf("<v>1</v>".repeat(9_000_000))),
      await fileOf(await xlsxOf(table)),
    ];
    await expect(compare(large, small, "xlsx")).rejects.toThrow("more than 64 MB are not compared");
  });

  it("is read as other programs write it", async () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData>
      <x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>
      <x:row><x:c t="inlineStr"><x:is><x:r><x:t>R&amp;</x:t></x:r><x:r><x:t><![CDATA[<D>]]></x:t></x:r></x:is></x:c></x:row>
      <x:row r="3"/></x:sheetData></x:worksheet>`;
    const strings = "<sst><si><t>Ü</t><rPh><t>ue</t></rPh><phoneticPr/></si></sst>";
    const rows: unknown[] = [];
    const path = await fileOf(await workbookOf(sheet, strings));
    await eachWorkbookRow(
      path,
      () => {},
      ({ table, cells }) => rows.push([table, ...cells]),
    );
    expect(rows).toEqual([["Report", "Ü", "", "2"], ["Report", "R&<D>"], ["Report"]]);
  });

  it("finds its sheets by the workbook's own lists, whatever its parts are called", async () => {
    const renamed = (hours: number) => {
      const parts = workbookParts(
        `<worksheet><row><c><v>P</v></c></row><row><c><v>P</v></c><c><v>${hours}</v></c></row></worksheet>`,
      );
      const name = (part: string) => part.replace("worksheets/sheet1.xml", "data/one.xml");
      return zipOf(Object.fromEntries(Object.entries(parts).map(([part, contents]) => [name(part), name(contents)])));
    };
    const [earlier, later] = [await fileOf(await renamed(1)), await fileOf(await renamed(2))];
    expect(await compare(earlier, later, "xlsx")).toEqual({ ...nothing, changed: 1 });
  });

  it("counts by its real contents, whatever its directory says of them", async () => {
    const rows = (cells: string) => `<worksheet><row><c/></row><row>${cells}</row></worksheet>`;
    const [one, two] = [await workbookOf(rows("<c><v>1</v></c>")), await workbookOf(rows("<c><v>2</v></c>"))];
    const liar = Buffer.from(two);
    const [from, to] = [one, liar].map((zip) => zip.lastIndexOf("PK\x01\x02", zip.lastIndexOf("xl/worksheets")));
    one.copy(liar, (to ?? 0) + 16, (from ?? 0) + 16, (from ?? 0) + 20); // the checksum
    await expect(compare(await fileOf(one), await fileOf(liar), "xlsx")).rejects.toThrow(/checksum is wrong/);
  });

  const cell = (reference: string, value = "1") => `<c r="${reference}"><v>${value}</v></c>`;
  const rowsOf = (count: number, cells: string) => `<worksheet>${`<row>${cells}</row>`.repeat(count)}</worksheet>`;
  it.each([
    ["far to the right", rowsOf(200_000, cell("XFD1")), /rows are too large/],
    ["beyond Excel's last column", rowsOf(2, cell("XFE1")), /more than 16384 cells/],
    ["in one row without end", rowsOf(1, "<c/>".repeat(100_000)), /more than 16384 cells/],
    ["of one long text that all share", rowsOf(100_000, '<c t="s"><v>0</v></c>'), /rows are too large/],
  ])("with cells %s is given up soon", async (_, sheet, reason) => {
    const large = await fileOf(await workbookOf(sheet, `<sst><si><t>${"x".repeat(30_000)}</t></si></sst>`));
    await expect(compare(large, await fileOf(await xlsxOf(table)), "xlsx")).rejects.toThrow(reason);
  });

  it("is given up when half of the time is over", async () => {
    const [one, two] = [await fileOf(await workbookOf(rowsOf(20_000, cell("A1")))), await fileOf(await xlsxOf(table))];
    let left = 1000;
    const deadline = { signal: AbortSignal.abort(), remainingMs: () => left-- };
    await expect(compareFiles(one, two, "xlsx", deadline)).resolves.toBeDefined();
    left = 1000;
    const hurried = { ...deadline, remainingMs: () => (left /= 3) };
    await expect(compareFiles(one, two, "xlsx", hurried)).rejects.toThrow("there was no time left for it");
  });

  it("that is damaged is an error", async () => {
    const damaged = await fileOf(await workbookOf("<worksheet><row></worksheet>"));
    await expect(compare(damaged, await fileOf(await xlsxOf(table)), "xlsx")).rejects.toThrow(/Unexpected close tag/);
  });
});

const workbookOf = (sheet: string, strings?: string) => zipOf(workbookParts(sheet, strings));
