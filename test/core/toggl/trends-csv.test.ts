import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Parameters } from "../../../api/parameters.ts";
import { comparableRows, trendsColumns, trendsCsv } from "../../../lambdas/core/toggl/trends-csv.ts";

const threeDays: Parameters = { start_date: "2026-02-27", end_date: "2026-03-01" };

function csvOf(entries: readonly unknown[], parameters: Parameters = threeDays, names: Record<string, string> = {}) {
  const csv = trendsCsv(entries, { parameters, names });
  const text = Buffer.concat([...csv.pieces()]).toString();
  return { text, warnings: csv.warnings() };
}

/** The lines below the header. */
function rowsOf(entries: readonly unknown[], parameters: Parameters = threeDays): string[] {
  const { text } = csvOf(entries, parameters);
  return text.split("\r\n").slice(1, -1);
}

const entry = {
  project_id: 7,
  user_ids: [3, 1],
  start: "2026-02-27",
  end: "2026-03-01",
  previousStart: "2026-02-24",
  current_period_seconds: [3600, 0, null],
  previous_period_seconds: [60],
};

describe("trends as CSV", () => {
  it("have a row for each project and day, as RFC 4180 wants it", () => {
    const names = { 7: 'Brand, "new"\nline' };
    expect(csvOf([entry], threeDays, names)).toEqual({
      text: [
        "project_id,project_name,date,seconds,previous_date,previous_seconds,user_ids",
        '7,"Brand, ""new""\nline",2026-02-27,3600,2026-02-24,60,3 1',
        '7,"Brand, ""new""\nline",2026-02-28,0,2026-02-25,,3 1',
        '7,"Brand, ""new""\nline",2026-03-01,,2026-02-26,,3 1',
        "",
      ].join("\r\n"),
      warnings: [],
    });
  });

  it("of no project are a header alone", () => {
    expect(csvOf([])).toEqual({ text: `${trendsColumns.join(",")}\r\n`, warnings: [] });
  });

  it.each<[string, object, string[]]>([
    [
      "a list that ends early",
      { current_period_seconds: [5], previous_period_seconds: [1, 2, 3] },
      ["2026-02-27,5,2026-02-24,1", "2026-02-28,,2026-02-25,2", "2026-03-01,,2026-02-26,3"],
    ],
    [
      "a list of the period before that goes on: those rows have no day of the period",
      { current_period_seconds: [5, 6, 7], previous_period_seconds: [1, 2, 3, 4, 0] },
      [
        "2026-02-27,5,2026-02-24,1",
        "2026-02-28,6,2026-02-25,2",
        "2026-03-01,7,2026-02-26,3",
        ",,2026-02-27,4",
        ",,2026-02-28,0",
      ],
    ],
    [
      "a list of the period that goes on",
      { current_period_seconds: [5, 6, 7, 8], previous_period_seconds: null },
      ["2026-02-27,5,2026-02-24,", "2026-02-28,6,2026-02-25,", "2026-03-01,7,2026-02-26,", "2026-03-02,8,,"],
    ],
    [
      "no lists",
      { current_period_seconds: null, previous_period_seconds: undefined },
      ["2026-02-27,,2026-02-24,", "2026-02-28,,2026-02-25,", "2026-03-01,,2026-02-26,"],
    ],
    [
      "an entry that begins within the period",
      { start: "2026-02-28", current_period_seconds: [5], previous_period_seconds: [] },
      ["2026-02-28,5,2026-02-24,", "2026-03-01,,2026-02-25,"],
    ],
    [
      "an entry that begins outside of the period: its own days count",
      { start: "1970-01-01", current_period_seconds: [5], previous_period_seconds: [] },
      ["1970-01-01,5,,"],
    ],
    [
      "an entry that begins at a time",
      { start: "2026-02-27T00:00:00+02:00", current_period_seconds: [5, 6, 7.5], previous_period_seconds: [] },
      ["2026-02-27,5,2026-02-24,", "2026-02-28,6,2026-02-25,", "2026-03-01,7.5,2026-02-26,"],
    ],
    [
      "an entry that does not say when it begins: it does as was asked",
      { start: null, previousStart: "", current_period_seconds: [5], previous_period_seconds: [1] },
      ["2026-02-27,5,,1", "2026-02-28,,,", "2026-03-01,,,"],
    ],
  ])("of %s", (_, more, rows) => {
    const expected = rows.map((row) => `7,,${row},3 1`);
    expect(rowsOf([{ ...entry, ...more }])).toEqual(expected);
  });

  it.each<[string, Parameters]>([
    ["end", { end_date: "2026-03-01" }],
    ["begin", { start_date: "2026-02-27" }],
  ])("have the days of the lists alone where only the %s of the period was asked for", (_, parameters) => {
    expect(rowsOf([entry], parameters)).toEqual([
      "7,,2026-02-27,3600,2026-02-24,60,3 1",
      "7,,2026-02-28,0,,,3 1",
      "7,,2026-03-01,,,,3 1",
    ]);
  });

  it("have no day beyond the year 9999, which a date of four digits cannot say", () => {
    const last = { project_id: 7, start: "9999-12-31", current_period_seconds: [5, 6] };
    expect(rowsOf([last])).toEqual(["7,,9999-12-31,5,,,", "7,,,6,,,"]);
  });

  it.each(["2026-02-28", "2026-02-28T00:00:00+02:00", "2026-02-28 00:00:00"])("take %j for its day", (start) => {
    expect(rowsOf([{ start, current_period_seconds: [5] }], {})).toEqual([",,2026-02-28,5,,,"]);
  });

  it.each(["2026-02-29", "2026-02-27x", "x2026-02-27", ["2026-02-28"]])("take %j for no day", (start) => {
    expect(rowsOf([{ start, current_period_seconds: [5] }], {})).toEqual([",,,5,,,"]);
  });

  it("take the period before from what was asked where the answer does not say it", () => {
    const parameters = { ...threeDays, previous_period_start: "2025-02-27" };
    const [first] = rowsOf([{ ...entry, previousStart: undefined }], parameters);
    expect(first).toBe("7,,2026-02-27,3600,2025-02-27,60,3 1");
  });

  it("have empty days where neither answer nor request says when the period begins", () => {
    expect(rowsOf([{ ...entry, start: "soon", previousStart: 5 }], {})).toEqual([
      "7,,,3600,,60,3 1",
      "7,,,0,,,3 1",
      "7,,,,,,3 1",
    ]);
  });

  it("keep the order of the answer, and time without a project", () => {
    const one = (project_id: unknown) => ({ project_id, current_period_seconds: [1] });
    const day = { start_date: "2026-10-01", end_date: "2026-10-01" };
    expect(rowsOf([one(9), one(null), one(2), {}], day)).toEqual([
      "9,,2026-10-01,1,,,",
      ",,2026-10-01,1,,,",
      "2,,2026-10-01,1,,,",
      ",,2026-10-01,,,,",
    ]);
  });

  it("leave a name as it is that needs no quotes", () => {
    const { text } = csvOf([{ project_id: 7, current_period_seconds: [5] }], {}, { 7: "Brand; 'new'" });
    expect(text).toMatch(/\r\n7,Brand; 'new',,5,,,\r\n$/);
  });

  it("warn of nothing where Toggl left something out, or says null", () => {
    const nothing = { project_id: null, user_ids: null, current_period_seconds: null, previous_period_seconds: [null] };
    expect(csvOf([{}, nothing, { user_ids: [null] }]).warnings).toEqual([]);
  });

  it("warn where as many entries as values are not as documented", () => {
    const [warning] = csvOf(["no entry", { project_id: "7" }]).warnings;
    expect(warning?.detail).toMatch(/^1 entries and 1 values /);
  });

  it("leave in pieces of tens of thousands of characters, which together are the file", () => {
    const seconds = Array.from({ length: 10_000 }, (_, at) => at);
    const entries = [{ project_id: 7, start: "2000-01-01", current_period_seconds: seconds }];
    const pieces = [...trendsCsv(entries, { parameters: {}, names: {} }).pieces()];
    const lengths = pieces.map((piece) => piece.length);
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.min(...lengths.slice(0, -1))).toBeGreaterThan(32_000);
    expect(Math.max(...lengths)).toBeLessThan(100_000);
    const rows: string[][] = parse(Buffer.concat(pieces), { from_line: 2 });
    expect(rows.map(([project, , , second]) => [project, second])).toEqual(seconds.map((second) => ["7", `${second}`]));
  });

  it("leave empty what is no figure, no id and no list, and say so", () => {
    const odd = [
      "no entry",
      null,
      [1],
      {
        ...entry,
        project_id: "7",
        user_ids: { 3: true },
        current_period_seconds: ["3600", true, Number.POSITIVE_INFINITY],
      },
      { ...entry, user_ids: [1, "=2", 3], previous_period_seconds: "60" },
    ];
    const { text, warnings } = csvOf(odd);
    expect(text.split("\r\n").slice(1, 5)).toEqual([
      ",,2026-02-27,,2026-02-24,60,",
      ",,2026-02-28,,2026-02-25,,",
      ",,2026-03-01,,2026-02-26,,",
      "7,,2026-02-27,3600,2026-02-24,,1  3",
    ]);
    const detail = expect.stringMatching(/^3 entries and 7 values /);
    expect(warnings).toEqual([{ code: "unread_values", detail }]);
  });

  it("say as much as an independent reading of the answer, whatever it holds", () => {
    const seconds = fc.option(fc.array(fc.option(fc.nat(86_400)), { maxLength: 12 }), { freq: 8 });
    const trend = fc.record(
      {
        project_id: fc.integer({ min: 1, max: 2 ** 40 }),
        user_ids: fc.option(fc.array(fc.nat(10_000), { maxLength: 4 })),
        current_period_seconds: seconds,
        previous_period_seconds: seconds,
        previousStart: fc.constantFrom("2025-12-28", "2024-02-26", null),
        anything: fc.jsonValue(),
      },
      { requiredKeys: ["project_id"] },
    );
    const length = fc.integer({ min: 1, max: 10 });
    const name = fc.string({ unit: fc.constantFrom("a", "ß", "🚀", ",", '"', "\n", "\r", " ", "=") });
    fc.assert(
      fc.property(fc.array(trend, { maxLength: 5 }), length, name, (entries, days, projectName) => {
        const parameters = { start_date: dayAfter("2026-01-30", 0), end_date: dayAfter("2026-01-30", days - 1) };
        const names = Object.fromEntries(entries.slice(1).map(({ project_id }) => [project_id, projectName]));
        const records: Record<string, string>[] = parse(csvOf(entries, parameters, names).text, { columns: true });
        expect(records).toEqual(entries.flatMap((one) => model(one, days, names)));
      }),
    );
  });

  interface Modelled {
    readonly project_id: number;
    readonly user_ids?: number[] | null;
    readonly current_period_seconds?: (number | null)[] | null;
    readonly previous_period_seconds?: (number | null)[] | null;
    readonly previousStart?: string | null;
  }

  /** Looks each cell up by itself, from the columns to the rows. */
  function model(one: Modelled, days: number, names: Record<string, string>): Record<string, string>[] {
    const now = new Map((one.current_period_seconds ?? []).entries());
    const before = new Map((one.previous_period_seconds ?? []).entries());
    const places = [...new Set([...Array(days).keys(), ...now.keys(), ...before.keys()])].sort((a, b) => a - b);
    const known = (figure: number | null | undefined) => (figure === null || figure === undefined ? "" : `${figure}`);
    return places.map((at) => ({
      project_id: `${one.project_id}`,
      project_name: names[one.project_id] ?? "",
      date: at < days || now.has(at) ? dayAfter("2026-01-30", at) : "",
      seconds: known(now.get(at)),
      previous_date: one.previousStart && (at < days || before.has(at)) ? dayAfter(one.previousStart, at) : "",
      previous_seconds: known(before.get(at)),
      user_ids: (one.user_ids ?? []).join(" "),
    }));
  }

  /** By the calendar's own fields, not by counting milliseconds. */
  function dayAfter(day: string, count: number): string {
    const [year = 0, month = 0, date = 0] = day.split("-").map(Number);
    return new Date(Date.UTC(year, month - 1, date + count)).toISOString().slice(0, 10);
  }
});

it("are compared by project and day, wherever a file has them, and nothing but people is put in another order", () => {
  const { header, row } = comparableRows(["user_ids", "date", "note", "project_id"]);
  expect(header).toEqual(["project_id", "date", "user_ids", "note"]);
  expect(row(["2 1", "2026-10-01", "b a", "7"])).toEqual(["7", "2026-10-01", "1 2", "b a"]);
});

it("are compared with empty cells for a column that a file lacks, and where a row ends early", () => {
  const { header, row } = comparableRows(["project_id", "seconds", "user_ids"]);
  expect(header).toEqual(["project_id", "", "seconds", "user_ids"]);
  expect(row(["7"])).toEqual(["7", "", "", ""]);
});

it("are compared by project and day, without the project's name and with people in one order", () => {
  const { header, row } = comparableRows(trendsColumns);
  expect(header).toEqual(["project_id", "date", "seconds", "previous_date", "previous_seconds", "user_ids"]);
  const cells = row(["7", "A", "2026-10-01", "5", "2026-09-01", "", "3 10 1"]);
  expect(cells).toEqual(["7", "2026-10-01", "5", "2026-09-01", "", "1 10 3"]);
});
