import { describe, expect, it } from "vitest";
import {
  missingDays,
  type ProjectTrend,
  projectFigures,
  ranked,
  summarize,
  type TrendItem,
  trendItems,
} from "../../client/trend-summary.ts";
import { barNote, barUnit, chartPoints } from "../../console/page/trends/chart-points.ts";
import {
  comparisonChoices,
  comparisonOf,
  periodError,
  presetChoices,
  trendPeriod,
} from "../../console/page/trends/trend-period.ts";
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
    const [empty] = summarize(
      [{ project_id: 1, current_period_seconds: [0], previous_period_seconds: [0] }],
      {
        current: { first: "2026-11-02", last: "2026-11-03" },
        previous: { first: "2026-11-01", last: "2026-11-01" },
      },
      String,
    ).projects;
    expect(trendSentence(empty as ProjectTrend)).toBe(
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

  it("has what Toggl says of days after the period before in no total: it gives as many as the period has", () => {
    const days = {
      current: { first: "2026-10-01", last: "2026-10-31" },
      previous: { first: "2026-09-01", last: "2026-09-30" },
    };
    const hour = (length: number) => Array.from({ length }, () => 3600);
    const item = { project_id: 1, current_period_seconds: hour(31), previous_period_seconds: hour(31) };
    const { overall, projects } = summarize([item], days, String);
    for (const trend of [overall, projects[0]]) {
      expect(trend).toMatchObject({ total: 31 * 3600, previousTotal: 30 * 3600, average: 3600, previousAverage: 3600 });
      expect(trend?.previous).toHaveLength(30);
    }
  });

  it("is the same for a program that says how many days the period before has", () => {
    const item = { project_id: 1, current_period_seconds: [60, 60], previous_period_seconds: [60, 60] };
    expect(projectFigures([item], {}, 1)[0]).toMatchObject({ previous_seconds: 60, change_percent: 100 });
    expect(projectFigures([item], {})[0]).toMatchObject({ previous_seconds: 120, change_percent: 0 });
  });

  it("has a daily average of the days that have data", () => {
    expect(summary.projects.map(({ average, previousAverage }) => [average, previousAverage])).toEqual([
      [1800, 675],
      [null, 7200],
      [60, null],
    ]);
    expect(summary.overall).toMatchObject({ average: 1410, previousAverage: 2475 });
  });
});

describe("a period", () => {
  const at = (day: string) => Date.parse(`${day}T12:00:00Z`);

  it.each([
    ["last-7-days", "2026-03-01", "2026-02-22", "2026-02-28"],
    ["last-28-days", "2026-11-24", "2026-10-27", "2026-11-23"],
    ["last-30-days", "2026-03-01", "2026-01-30", "2026-02-28"],
    ["month-to-date", "2026-11-24", "2026-11-01", "2026-11-24"],
    ["previous-month", "2026-01-31", "2025-12-01", "2025-12-31"],
    ["previous-month", "2028-03-31", "2028-02-01", "2028-02-29"],
    ["quarter-to-date", "2026-11-24", "2026-10-01", "2026-11-24"],
    ["previous-quarter", "2026-02-10", "2025-10-01", "2025-12-31"],
    ["year-to-date", "2026-11-24", "2026-01-01", "2026-11-24"],
    ["previous-year", "2026-11-24", "2025-01-01", "2025-12-31"],
    ["last-12-months", "2026-11-24", "2025-11-01", "2026-10-31"],
    // What schedules know, and the list has not
    ["last-90-days", "2026-11-24", "2026-08-26", "2026-11-23"],
    ["last-6-months", "2026-11-24", "2026-05-01", "2026-10-31"],
    // As addresses named them before
    ["this-month", "2026-11-24", "2026-11-01", "2026-11-24"],
    ["this-quarter", "2026-11-24", "2026-10-01", "2026-11-24"],
  ] as const)("%s on %s is %s to %s", (period, today, first, last) => {
    expect(trendPeriod({ period }, at(today)).current).toEqual({ first, last });
    expect(periodError({ period }, at(today))).toBe("");
  });

  it.each([
    // October against 1 to 30 September; 1 to 25 November against 1 to 25 October
    [{ period: "custom", from: "2026-10-01", to: "2026-10-31" }, "2026-09-01", "2026-09-30"],
    [{ period: "custom", from: "2026-11-01", to: "2026-11-25" }, "2026-10-01", "2026-10-25"],
    [{ period: "previous-month" }, "2026-09-01", "2026-09-30"],
    [{ period: "month-to-date" }, "2026-10-01", "2026-10-24"],
    [{ period: "this-month" }, "2026-10-01", "2026-10-24"],
    [{ period: "quarter-to-date" }, "2026-07-01", "2026-08-24"],
    [{ period: "previous-quarter" }, "2026-04-01", "2026-06-30"],
    [{ period: "year-to-date" }, "2025-01-01", "2025-11-24"],
    [{ period: "last-12-months" }, "2024-11-01", "2025-10-31"],
    [{ period: "last-7-days" }, "2026-11-10", "2026-11-16"],
    [{ period: "custom", from: "2026-03-01", to: "2026-03-31" }, "2026-02-01", "2026-02-28"],
    [{ period: "custom", from: "2026-03-01", to: "2026-03-31", compare: "equal-length" }, "2026-01-29", "2026-02-28"],
    [{ period: "custom", from: "2028-02-29", to: "2028-03-01", compare: "same-last-year" }, "2027-02-28", "2027-03-01"],
    [{ period: "custom", from: "2028-02-01", to: "2028-02-29", compare: "same-last-year" }, "2027-02-01", "2027-02-28"],
    [{ period: "previous-month", compare: "custom", previous: "2026-05-01" }, "2026-05-01", "2026-05-31"],
    [{ period: "nonsense", compare: "nonsense" }, "2026-09-29", "2026-10-26"],
    [{ period: "custom", from: "2026-03-31", to: "2026-03-01" }, "2026-09-29", "2026-10-26"],
    [{ period: "custom", from: "2026-02-30", to: "2026-03-01" }, "2026-09-29", "2026-10-26"],
  ])("with the settings %j is compared with %s to %s", (settings, first, last) => {
    expect(trendPeriod(settings, at("2026-11-24")).previous).toEqual({ first, last });
  });

  it.each([
    [{ period: "previous-month" }, "The month before", true],
    [{ period: "quarter-to-date" }, "The quarter before", true],
    [{ period: "last-12-months" }, "The 12 months before", false],
    [{ period: "last-7-days" }, "The days just before", false],
    [{ period: "previous-week" }, "The week before", false],
    [{ period: "custom", from: "2026-10-01", to: "2026-10-31" }, "The month before", true],
    [{ period: "custom", from: "2026-10-02", to: "2026-10-31" }, "The days just before", false],
  ])(
    "%j is compared with “%s”, and the days just before are another choice where they are others",
    (settings, text, isOther) => {
      const choices = comparisonChoices(settings, at("2026-11-24"));
      expect(choices["previous-period"]).toBe(text);
      expect("equal-length" in choices).toBe(isOther);
      expect(comparisonOf({ ...settings, compare: "equal-length" }, at("2026-11-24"))).toBe(
        isOther ? "equal-length" : "previous-period",
      );
    },
  );

  it("that is in no list is one of the choices while it is chosen", () => {
    const texts = (period: string) => presetChoices({ period }).map(([, text]) => text);
    expect(texts("last-90-days")).toContain("Last 90 days");
    expect(texts("last-1-months")).toContain("Last 1 month");
    expect(texts("previous-month")).not.toContain("Last 90 days");
    expect(texts("custom").at(-1)).toBe("Other days");
  });
});

describe("a chart's bars", () => {
  const partsOf = (first: string, last: string, previousFirst: string, previousLast: string) => {
    const { days, previousDays } = summarize(
      [],
      {
        current: { first, last },
        previous: { first: previousFirst, last: previousLast },
      },
      String,
    );
    const trend = { ...projectAt(0), current: days.map(() => 60), previous: previousDays.map(() => 60) };
    const points = chartPoints(trend, { days, previousDays });
    return { unit: barUnit({ days }), note: barNote({ days }), points };
  };

  it("are days up to two months, then weeks, then months of the calendar", () => {
    const day = partsOf("2026-10-31", "2026-10-31", "2026-10-30", "2026-10-30");
    expect([day.unit, day.points]).toEqual([
      "day",
      [{ label: "31 Oct 2026", day: "2026-10-31", seconds: 60, previousLabel: "30 Oct 2026", previousSeconds: 60 }],
    ]);
    const quarter = partsOf("2026-07-01", "2026-09-30", "2026-04-01", "2026-06-30");
    expect([quarter.unit, quarter.points.length, quarter.note]).toEqual(["week", 14, "The last bar is of 1 day only."]);
    const year = partsOf("2025-11-01", "2026-10-31", "2024-11-01", "2025-10-31");
    expect([year.unit, year.points.length, year.note]).toEqual(["month", 12, undefined]);
    expect(year.points.map(({ label, previousLabel }) => `${label}/${previousLabel}`).slice(2, 4)).toEqual([
      "January 2026/January 2025",
      "February 2026/February 2025",
    ]);
  });

  it("of months have whole months beside them, whatever February has", () => {
    const leap = partsOf("2024-01-01", "2024-12-31", "2023-01-01", "2023-12-31").points;
    expect(
      leap.map(({ seconds, previousSeconds }) => [(seconds ?? 0) / 60, (previousSeconds ?? 0) / 60]).slice(0, 4),
    ).toEqual([
      [31, 31],
      [29, 28],
      [31, 31],
      [30, 30],
    ]);
    const shifted = partsOf("2026-01-15", "2026-10-20", "2025-04-11", "2026-01-14");
    expect(shifted.points[0]).toMatchObject({ seconds: 17 * 60, previousSeconds: 17 * 60 });
    expect(shifted.note).toBe("The first bar is of 17 days only. The last bar is of 20 days only.");
  });

  it("have nothing before them, not even missing data, where the period before has ended", () => {
    const { points } = partsOf("2026-10-01", "2026-10-31", "2026-09-01", "2026-09-30");
    expect(points.at(-1)).toMatchObject({ previousLabel: undefined, previousSeconds: undefined });
    expect(points.at(-2)).toMatchObject({ previousLabel: "30 Sept 2026", previousSeconds: 60 });
  });

  it("have no data only where none of their days has", () => {
    const { days, previousDays } = summarize(
      [],
      {
        current: { first: "2026-01-01", last: "2026-03-31" },
        previous: { first: "2025-10-01", last: "2025-12-31" },
      },
      String,
    );
    const none = days.map(() => null);
    const current = [...none.slice(0, 13), 1, ...none.slice(14)];
    const points = chartPoints({ ...projectAt(0), current, previous: [] }, { days, previousDays });
    expect(points.map(({ seconds }) => seconds).slice(0, 3)).toEqual([null, 1, null]);
  });
});

describe("an address that is no period", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");

  it.each([
    [{ period: "nonsense" }, /no period “nonsense”; the last 28 days are shown/],
    [{ period: "toString" }, /no period “toString”/],
    [
      { period: "last-60-months" },
      /“last-60-months” cannot be shown: A period may have 1096 days at most; these are 1826/,
    ],
    [{ period: "custom", from: "2026-02-30", to: "2026-03-01" }, /“2026-02-30” to “2026-03-01” is no period/],
    [{ period: "custom", from: "2026-03-31", to: "2026-03-01" }, /“2026-03-31” to “2026-03-01” is no period/],
    [{ period: "custom" }, /“” to “” is no period/],
    [{ compare: "toString" }, /no comparison “toString”; the period before is taken/],
    [{ compare: "custom", previous: "2026-13-01" }, /no day “2026-13-01” to compare with/],
  ])("says so of %j, and what is shown instead", (settings, sentence) => {
    expect(periodError(settings, now)).toMatch(sentence);
    expect(trendPeriod(settings, now).current).toEqual({ first: "2026-10-27", last: "2026-11-23" });
  });

  it("has nothing said of it where it is one", () => {
    const spans = { period: "custom", from: "2026-03-01", to: "2026-03-01", compare: "custom", previous: "2026-01-01" };
    const understood: Record<string, string>[] = [{}, { period: "this-month", compare: "same-last-year" }, spans];
    expect(understood.map((one) => periodError(one, now))).toEqual(["", "", ""]);
  });
});

describe("what is downloaded", () => {
  it("has the totals, with an empty cell where there is no data or a share means nothing", () => {
    expect(csvText(totalsTable(summary))).toBe(
      [
        "project_id,project,hours,previous_hours,change_hours,change_percent,daily_average_hours,daily_average_change_percent,contributors",
        "1,Project 1,1.5,0.75,0.75,100,0.5,166.67,1",
        "2,Project 2,,2,,,,,0",
        "3,Project 3,0.07,,,,0.02,,0",
        ",All projects,1.57,2.75,-1.18,-43.03,0.39,-43.03,",
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
