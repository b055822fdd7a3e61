import { describe, expect, it } from "vitest";
import { size } from "../../cli/export-lines.ts";
import { sparkline } from "../../cli/sparkline.ts";
import { tableLines } from "../../cli/table.ts";
import { trendLines } from "../../cli/trend-lines.ts";

describe("a table", () => {
  it("lines up where letters are wide, and leaves nothing at the ends of its lines", () => {
    const columns = [{ title: "PROJECT" }, { title: "HOURS", align: "right" as const }, { title: "" }];
    expect(
      tableLines(columns, [
        ["東京デザイン", "1.5", ""],
        ["App", "12.0", "x"],
      ]),
    ).toEqual(["PROJECT       HOURS", "東京デザイン    1.5", "App            12.0  x"]);
  });
});

describe("a sparkline", () => {
  it("goes from the lowest to the highest bar", () => {
    expect(sparkline([0, 1, 2, 4])).toBe("▁▃▅█");
  });

  it("shares bars among neighbours where there are too many", () => {
    expect(sparkline(Array.from({ length: 365 }, () => 1))).toHaveLength(31);
  });

  it("is flat where nothing was done, and empty without days", () => {
    expect([sparkline([0, 0]), sparkline([])]).toEqual(["▁▁", ""]);
  });
});

it("shows trends with names, most time first, with what changed and all together", () => {
  const trends = [
    { project_id: 1, current_period_seconds: [3600, 0], previous_period_seconds: [7200] },
    { project_id: 2, current_period_seconds: [3600, 7200], previous_period_seconds: [] },
    { project_id: 3, current_period_seconds: null, previous_period_seconds: null },
  ];
  expect(trendLines(trends, { 1: "App" })).toEqual([
    "PROJECT    HOURS  BEFORE  CHANGE  DAY BY DAY",
    "Project 2    3.0     0.0     new  ▅█",
    "App          1.0     2.0   -50 %  █▁",
    "Project 3    0.0     0.0",
    "All 3        4.0     2.0  +100 %  ██",
  ]);
});

it.each([
  [999, "999 B"],
  [18_342, "18.3 kB"],
  [300_000_000, "300.0 MB"],
])("says %d bytes as %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
