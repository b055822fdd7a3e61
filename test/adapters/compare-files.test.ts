import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ZipFile } from "yazl";
import { compareFiles } from "../../lambdas/adapters/compare-files.ts";
import { workbookRows } from "../../lambdas/adapters/workbook-rows.ts";
import { csvOf, xlsxOf } from "../../local/toggl-simulator/table.ts";

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
const nothing = { added: 0, removed: 0, changed: 0 };
const difference = { added: 1, removed: 1, changed: 1 };

describe("CSV", () => {
  it("counts by rows, whatever the order and the line ends", async () => {
    const rows = [...table.rows].reverse();
    const other = csvOf({ ...table, rows })
      .toString()
      .replaceAll("\r\n", "\n");
    expect(await compareFiles(await fileOf(csvOf(table)), await fileOf(`\ufeff${other}`), "csv")).toEqual(nothing);
    expect(await compareFiles(await fileOf(csvOf(table)), await fileOf(csvOf(late)), "csv")).toEqual(difference);
  });

  it("that only looks odd is compared all the same", async () => {
    const odd = 'a,b\n1\n\n2,3,4\n"x"y,5\n';
    expect(await compareFiles(await fileOf(odd), await fileOf(`${odd}6,7\n`), "csv")).toEqual({ ...nothing, added: 1 });
  });

  it("too large for memory is not read", async () => {
    const large = await fileOf(Buffer.alloc(32 * 1024 ** 2 + 1, "a,b\n"));
    expect(await compareFiles(large, await fileOf("a,b\n"), "csv")).toBe("too-large");
  });
});

describe("XLSX", () => {
  it("counts by its sheets, though a zip's bytes differ", async () => {
    const first = await xlsxOf(table);
    await sleep(2100); // a zip holds the time in steps of two seconds
    const second = await xlsxOf(table);
    expect(first.equals(second)).toBe(false);
    expect(await compareFiles(await fileOf(first), await fileOf(second), "xlsx")).toEqual(nothing);
    expect(await compareFiles(await fileOf(first), await fileOf(await xlsxOf(late)), "xlsx")).toEqual(difference);
  });

  it("of many rows is compared", async () => {
    const many = (hours: number) => ({
      header: ["Project", "Hours"],
      rows: Array.from({ length: 20_000 }, (_, row): (string | number)[] => [`Project ${row}`, row + hours]),
    });
    const [earlier, later] = [await fileOf(await xlsxOf(many(0))), await fileOf(await xlsxOf(many(0.5)))];
    expect(await compareFiles(earlier, later, "xlsx")).toEqual({ ...nothing, changed: 20_000 });
  });

  it("too large for memory once it is unpacked is not read", async () => {
    const [large, small] = [
      await fileOf(await workbookOf("<v>1</v>".repeat(9_000_000))),
      await fileOf(await xlsxOf(table)),
    ];
    expect(await compareFiles(large, small, "xlsx")).toBe("too-large");
  });

  it("is read as other programs write it", async () => {
    const sheet = `<x:worksheet xmlns:x="m"><x:sheetData>
      <x:row r="1"><x:c r="A1" t="s"><x:v>0</x:v></x:c><x:c r="C1"><x:f>1+1</x:f><x:v>2</x:v></x:c></x:row>
      <x:row><x:c t="inlineStr"><x:is><x:r><x:t>R&amp;</x:t></x:r><x:r><x:t><![CDATA[<D>]]></x:t></x:r></x:is></x:c></x:row>
      <x:row r="3"/></x:sheetData></x:worksheet>`;
    const strings = "<sst><si><t>Ü</t><rPh><t>ue</t></rPh><phoneticPr/></si></sst>";
    const rows: string[][] = [];
    for await (const row of workbookRows(await fileOf(await workbookOf(sheet, strings)))) rows.push(row);
    const part = "xl/worksheets/sheet1.xml";
    expect(rows).toEqual([[part, "Ü", "", "2"], [part, "R&<D>"], [part]]);
  });

  it("that is damaged is an error", async () => {
    const damaged = await fileOf(await workbookOf("<worksheet><row></worksheet>"));
    await expect(compareFiles(damaged, await fileOf(await xlsxOf(table)), "xlsx")).rejects.toThrow(
      /Unexpected close tag/,
    );
  });
});

/** A workbook with one sheet, in no more parts than its rows need. */
async function workbookOf(sheet: string, strings = "<sst/>"): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(strings), "xl/sharedStrings.xml");
  zip.addBuffer(Buffer.from(sheet), "xl/worksheets/sheet1.xml");
  zip.end();
  return buffer(zip.outputStream);
}
