import { describe, expect, it } from "vitest";
import {
  bucketed,
  missingDays,
  type ProjectTrend,
  ranked,
  summarize,
  type TrendItem,
  trendItems,
} from "../../client/trend-summary.ts";
import { periodError, presetDays, trendPeriod } from "../../console/page/trends/trend-period.ts";
import { csvText, daysTable, totalsTable } from "../../console/page/trends/trend-tables.ts";
import { trendNote, trendSentence } from "../../console/page/trends/trend-words.ts";
import { changeShare, hours, hoursChange } from "../../console/page/wording.ts";

const period = {
  current: { first: "2026-11-02", last: "2026-11-05" },
  previous: { first: "2026-10-29", last: "2026-11-01" },
};
const items: TrendItem[] = [
  { project_id: 1, user_ids: [9], current_period_seconds: [3600, 0, 1800], previous_period_seconds: [1800, 0, 0, 900] },
  { project_id: 2, user_ids: null, current_period_seconds: null, previous_period_seconds: [7200] },
  { project_id: 3, current_period_seconds: [60, 60, 60, 60] },
];
const summary = summarize(items, period, (id) => `Project ${id}`);
const projectAt = (at: number) => summary.projects[at] as ProjectTrend;

describe("a summary of trends", () => {
  it("takes a bare list, a list under items, and none at all", () => {
    expect(trendItems(items)).toBe(items);
    expect(trendItems({ items })).toBe(items);
    for (const nothing of [null, undefined, {}, { items: null }, "no"]) expect(trendItems(nothing)).toEqual([]);
  });

  it("has no data, and not zero, for days beyond a list's end", () => {
    expect(summary.projects.map(({ current }) => current)).toEqual([
      [3600, 0, 1800, null],
      [null, null, null, null],
      [60, 60, 60, 60],
    ]);
    expect(summary.projects[1]?.previous).toEqual([7200, null, null, null]);
    expect(summary.overall.previous).toEqual([9000, 0, 0, 900]);
    expect(missingDays(summary.projects[0]?.current ?? [])).toBe(1);
  });

  it("tells no total and no change where there is no data at all", () => {
    const dataless = [{ current_period_seconds: [null, null], previous_period_seconds: [null] }, {}];
    const { overall, projects } = summarize(
      dataless.map((item, at) => ({ project_id: at, ...item })),
      period,
      String,
    );
    for (const trend of [overall, ...projects]) {
      expect(trend).toMatchObject({ total: null, previousTotal: null, change: null });
      expect(trendSentence(trend)).toBe(
        "no data against no data in the period before. " +
          "4 days of the period have no data. 4 days of the period before have no data.",
      );
    }
    expect(ranked(projects, 8)).toEqual([]);
    expect([hours(overall.total), hoursChange(overall.change), changeShare(7, overall.previousTotal)]).toEqual([
      "no data",
      "–",
      "–",
    ]);
  });

  it("says above a chart what there is no data for", () => {
    expect(summary.projects.map(trendNote)).toEqual(["1.5 h, +100.0 %", "no data", "0.1 h, no data before"]);
    expect(trendSentence({ current: [0, null], previous: [0], total: 0, previousTotal: 0, change: 0 })).toBe(
      "0.0 h against 0.0 h in the period before, no change. 1 day of the period has no data.",
    );
  });

  it("adds up each project and all of them", () => {
    expect(summary.projects.map(({ total, previousTotal, change }) => [total, previousTotal, change])).toEqual([
      [5400, 2700, 2700],
      [null, 7200, null],
      [240, null, null],
    ]);
    expect(summary.overall).toMatchObject({ total: 5640, previousTotal: 9900, change: -4260 });
    expect(summary.days).toEqual(["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]);
    expect(summary.previousDays[0]).toBe("2026-10-29");
  });

  it("ranks from the biggest rise to the biggest fall, and leaves the middle out", () => {
    const changed = [900, null, -60, 0, 60, -900].map((change, id) => ({ ...projectAt(0), id, change }));
    expect(ranked(changed, 1).map(({ id }) => id)).toEqual([0, 5]);
    expect(ranked(changed, 8).map(({ id }) => id)).toEqual([0, 4, 2, 5]);
  });

  it("adds days up to weeks, and a week without any day of data has none", () => {
    expect(bucketed([1, 2, 3, null, null, null, null], 3)).toEqual([6, null, null]);
  });
});

describe("a period", () => {
  it.each([
    ["last-7-days", "2026-03-01", "2026-02-22", "2026-02-28"],
    ["last-28-days", "2026-11-24", "2026-10-27", "2026-11-23"],
    ["last-30-days", "2026-03-01", "2026-01-30", "2026-02-28"],
    ["this-month", "2026-11-24", "2026-11-01", "2026-11-24"],
    ["previous-month", "2026-01-31", "2025-12-01", "2025-12-31"],
    ["previous-month", "2028-03-31", "2028-02-01", "2028-02-29"],
    ["this-quarter", "2026-11-24", "2026-10-01", "2026-11-24"],
    ["previous-quarter", "2026-02-10", "2025-10-01", "2025-12-31"],
  ] as const)("%s on %s is %s to %s", (preset, today, first, last) => {
    expect(presetDays(preset, today)).toEqual({ first, last });
  });

  it.each([
    [{ period: "custom", from: "2026-03-01", to: "2026-03-31" }, "2026-01-29", "2026-02-28"],
    [{ period: "custom", from: "2028-02-29", to: "2028-03-01", compare: "same-last-year" }, "2027-02-28", "2027-03-01"],
    [{ period: "previous-month", compare: "custom", previous: "2026-05-01" }, "2026-05-01", "2026-05-31"],
    [{ period: "nonsense", compare: "nonsense" }, "2026-09-29", "2026-10-26"],
    [{ period: "custom", from: "2026-03-31", to: "2026-03-01" }, "2026-09-29", "2026-10-26"],
    [{ period: "custom", from: "2026-02-30", to: "2026-03-01" }, "2026-09-29", "2026-10-26"],
  ])("with the settings %j is compared with %s to %s", (settings, first, last) => {
    expect(trendPeriod(settings, "2026-11-24").previous).toEqual({ first, last });
  });
});

describe("an address that is no period", () => {
  it.each([
    [{ period: "nonsense" }, /no period “nonsense”; the last 4 weeks are shown/],
    [{ period: "custom", from: "2026-02-30", to: "2026-03-01" }, /“2026-02-30” to “2026-03-01” is no period/],
    [{ period: "custom", from: "2026-03-31", to: "2026-03-01" }, /“2026-03-31” to “2026-03-01” is no period/],
    [{ period: "custom" }, /“” to “” is no period/],
    [{ compare: "toString" }, /no comparison “toString”; the days just before are taken/],
    [{ compare: "custom", previous: "2026-13-01" }, /no day “2026-13-01” to compare with/],
  ])("says so of %j, and what is shown instead", (settings, sentence) => {
    expect(periodError(settings)).toMatch(sentence);
  });

  it("has nothing said of it where it is one", () => {
    const spans = { period: "custom", from: "2026-03-01", to: "2026-03-01", compare: "custom", previous: "2026-01-01" };
    const understood: Record<string, string>[] = [{}, { period: "this-month", compare: "same-last-year" }, spans];
    expect(understood.map(periodError)).toEqual(["", "", ""]);
  });
});

describe("what is downloaded", () => {
  it("has the totals, with an empty cell where there is no data or a share means nothing", () => {
    expect(csvText(totalsTable(summary))).toBe(
      [
        "project_id,project,hours,previous_hours,change_hours,change_percent",
        "1,Project 1,1.5,0.75,0.75,100",
        "2,Project 2,,2,,",
        "3,Project 3,0.07,,,",
        ",All projects,1.57,2.75,-1.18,-43.03",
        "",
      ].join("\r\n"),
    );
  });

  it("has each day, with an empty cell where there is no data", () => {
    const rows = csvText(daysTable(summary)).split("\r\n");
    expect(rows[3]).toBe("1,Project 1,2026-11-04,1800,2026-10-31,0");
    expect(rows[4]).toBe("1,Project 1,2026-11-05,,2026-11-01,900");
  });

  it("is quoted where it has to be, and starts no formula", () => {
    expect(csvText([['"Quick" wins, phase 2', "=SUM(A1:A9)", "two\nlines", "-1", -1, null]])).toBe(
      `"""Quick"" wins, phase 2",'=SUM(A1:A9),"two\nlines",'-1,-1,\r\n`,
    );
  });
});
