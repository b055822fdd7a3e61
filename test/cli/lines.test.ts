import { describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import { remarkOn, size } from "../../cli/export-lines.ts";
import { tableLines } from "../../cli/table.ts";
import { sparkline, trendLines } from "../../cli/trend-lines.ts";
import { projectFigures } from "../../client/trend-summary.ts";

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

  it("shortens a long name where the terminal is narrow, and nothing else", () => {
    const columns = [
      { title: "PROJECT", shortens: true },
      { title: "HOURS", align: "right" as const },
    ];
    const row = ["東京デザイン and far more", "12.0"];
    expect(tableLines(columns, [row], 20)).toEqual(["PROJECT        HOURS", "東京デザイン…   12.0"]);
    expect(tableLines(columns, [row], 5)[1]).toBe("東京デ…    12.0");
    expect(tableLines(columns, [row])[1]).toBe("東京デザイン and far more   12.0");
  });

  it("shows nothing that a terminal would obey", () => {
    const name = "\u001b[2J\u001b]0;title\u0007second\nline\u202egnol";
    expect(tableLines([{ title: "" }], [[name]])[1]).toBe(" [2J ]0;title second line gnol");
  });
});

describe("a sparkline", () => {
  it("goes from the lowest to the highest bar", () => {
    expect(sparkline([0, 1, 2, 4])).toBe("▁▃▅█");
  });

  it("shares bars among neighbours where there are too many", () => {
    expect(sparkline(Array.from({ length: 365 }, () => 1))).toHaveLength(31);
  });

  it("has a gap where there is no figure, and the lowest bar for nothing alone", () => {
    expect(sparkline([100, 1, 0, null, 0])).toBe("█▂▁ ▁");
  });

  it("is flat where nothing was done, and empty without days", () => {
    expect([sparkline([0, 0]), sparkline([])]).toEqual(["▁▁", ""]);
  });
});

describe("trends", () => {
  const trends = [
    { project_id: 1, current_period_seconds: [3600, 0], previous_period_seconds: [7200] },
    { project_id: 2, current_period_seconds: [3600, 7200], previous_period_seconds: [0] },
    { project_id: 3, current_period_seconds: null, previous_period_seconds: null },
    { project_id: 4, current_period_seconds: [null, 60] as unknown as number[], previous_period_seconds: [] },
  ];
  const summaries = projectFigures(trends, { 1: "App" });

  it("have names, most time first, with what changed and all together; what is not known is not zero", () => {
    expect(trendLines(summaries, { compared: true })).toEqual([
      "PROJECT    HOURS  BEFORE  CHANGE  DAY BY DAY",
      "Project 2    3.0     0.0     new  ▅█",
      "App          1.0     2.0   -50 %  █▁",
      "Project 4    0.0       –           █",
      "Project 3      –       –",
      "All 4        4.0     2.0  +101 %  ██",
    ]);
    expect(summaries.map(({ change_percent }) => change_percent)).toEqual([undefined, -50, undefined, undefined]);
  });

  it("leave the period before out where there is none", () => {
    expect(trendLines(summaries, { compared: false })[1]).toBe("Project 2    3.0  ▅█");
  });
});

it.each([
  [999, "999 B"],
  [18_342, "18.3 kB"],
  [300_000_000, "300.0 MB"],
])("says %d bytes as %s", (bytes, text) => {
  expect(size(bytes)).toBe(text);
});

describe("what a history says beside an export's figures", () => {
  const said = (more: object) => remarkOn({ status: "succeeded", ...more } as Export);
  const warnings = [{ code: "columns_changed", detail: "The columns are not those of the file before." }];
  const restates = "01KAS200000000000000000000";

  it("is what became of it, and the codes of its warnings", () => {
    expect(said({})).toBe("");
    expect(said({ warnings })).toBe("columns_changed");
    expect(said({ unchanged: true })).toBe("unchanged");
    expect(said({ restates })).toBe("restated");
    expect(said({ restates, warnings })).toBe("restated, columns_changed");
    const restatement = { added: 0, removed: 0, changed: 1 };
    expect(said({ restates, restatement, warnings })).toBe("restated: +0 −0 ~1 rows, columns_changed");
  });
});
