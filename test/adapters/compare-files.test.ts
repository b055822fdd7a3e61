import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareFiles } from "../../lambdas/adapters/compare-files.ts";
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
});
