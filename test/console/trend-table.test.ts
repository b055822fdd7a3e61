import { describe, expect, it } from "vitest";
import { type ProjectTrend, summarize, type TrendItem } from "../../client/trend-summary.ts";
import { trendLegend, trendReadings } from "../../console/page/charts/chart-point.ts";
import { timeTicks } from "../../console/page/charts/time-ticks.ts";
import { cutInMiddle, shortNames } from "../../console/page/short-names.ts";
import { keptAnswers } from "../../console/page/trends/kept-answers.ts";
import { sparkPath } from "../../console/page/trends/spark-path.ts";
import {
  foundProjects,
  nextSort,
  type SortName,
  sortedProjects,
  sortOf,
} from "../../console/page/trends/table-columns.ts";
import { filterError, idsIn, trendsRequest, wantedItems } from "../../console/page/trends/trend-filter.ts";
import { reportedCases } from "../reported/reported-cases.ts";
import { longName } from "./big-workspace.ts";

const period = {
  current: { first: "2026-10-01", last: "2026-10-02" },
  previous: { first: "2026-09-29", last: "2026-09-30" },
};
const item = (id: number, now: number[], before: number[], people: number): TrendItem => ({
  project_id: id,
  user_ids: Array.from({ length: people }, (_, at) => at + 1),
  current_period_seconds: now,
  previous_period_seconds: before,
});
const names: Record<number, string> = { 1: "Élan 10", 2: "elan 9", 3: "Zoo", 4: "Alpha", 5: "No data" };
const items = [
  item(1, [3600, 0], [3600], 1), // one day before has no data
  item(2, [7200, 7200], [0, 0], 3),
  item(3, [0, 0], [1800, 1800], 2),
  item(4, [0, 0], [0, 0], 0),
  item(5, [], [], 0),
];
const { projects } = summarize(items, period, (id) => names[id] ?? "");
const idsOf = (some: readonly ProjectTrend[]) => some.map(({ id }) => id).join("");

describe("rows", () => {
  it.each<[string, string]>([
    ["", "21435"], // most hours first, then by name; without data last
    ["hours", "43125"],
    ["-before", "13425"],
    ["before", "42135"],
    ["-change", "24135"],
    ["change", "34125"],
    ["-share", "24135"], // what is new has grown most
    ["share", "34125"],
    ["-average", "21435"],
    ["-average-change", "24135"],
    ["-people", "23145"],
    ["name", "42153"],
    ["-name", "35124"],
    ["nonsense", "21435"],
    ["-toString", "21435"],
  ])("sorted by %j stand as %s", (sort, ids) => {
    expect(idsOf(sortedProjects(projects, sortOf({ sort })))).toBe(ids);
  });

  it("begin with the highest figure, or with A; the same heading again turns them round", () => {
    const next = (sort: string, name: SortName) => nextSort(sortOf({ sort }), name);
    expect([next("-hours", "change"), next("-change", "change"), next("change", "change")]).toEqual([
      "-change",
      "change",
      "-change",
    ]);
    expect([next("-hours", "name"), next("name", "name")]).toEqual(["name", "-name"]);
  });

  it.each([
    ["ELAN", "12"],
    ["élan 9", "2"],
    ["9 el", "2"],
    ["3", "3"], // an id
    ["  ", "12345"],
    ["lion", ""],
  ])("are found by %j: %s", (wanted, ids) => {
    expect(idsOf(foundProjects(projects, wanted))).toBe(ids);
  });
});

const short = (names: readonly string[], max: number) => [
  ...shortNames(
    names.map((name, id) => ({ id, name })),
    max,
  ).values(),
];

reportedCases("long names are told apart", [
  {
    name: "that differ at their end",
    before: "cut at the end in CSS: the same",
    right: ["Website relaunc…me, phase 2025", "Website relaunc…me, phase 2026", "App"],
    now: () => short(["Website relaunch for Acme, phase 2025", "Website relaunch for Acme, phase 2026", "App"], 30),
  },
  {
    name: "that all begin alike",
    before: "the beginning in each",
    right: ["…Website", "…App", "…Data platform"],
    now: () => short(["Acme Corporation – Website", "Acme Corporation – App", "Acme Corporation – Data platform"], 20),
  },
  {
    name: "that differ in their middle",
    before: "cut at the end in CSS: the same",
    right: ["…2025 Berlin Office Relaunch", "…2026 Berlin Office Relaunch"],
    now: () =>
      short(
        [
          "International Sales Team 2025 Berlin Office Relaunch",
          "International Sales Team 2026 Berlin Office Relaunch",
        ],
        30,
      ),
  },
  {
    name: "of one word each",
    before: "cut at the end in CSS: the same",
    right: 2,
    now: () => new Set(short([`${"x".repeat(60)}1${"y".repeat(60)}`, `${"x".repeat(60)}2${"y".repeat(60)}`], 20)).size,
  },
  {
    name: "that are the same in full",
    before: "the same",
    right: ["Website (0)", "Website (1)"],
    now: () => short(["Website", "Website"], 20),
  },
  {
    name: "one alone",
    before: "cut at the end in CSS",
    right: ["Brinkman…ork 2026"],
    now: () => short(["Brinkmann, framework 2026"], 17),
  },
  {
    name: "that are short",
    before: "as they are",
    right: ["Acme – A", "Acme – B"],
    now: () => short(["Acme – A", "Acme – B"], 20),
  },
  { name: "of emoji", before: "half of one", right: "🚀🚀…🚀", now: () => cutInMiddle("🚀".repeat(9), 4) },
  {
    name: "220 of sixty letters, in 32, 24 and 16 letters",
    before: "cut at the end: 11, 3 and 2 different ones",
    right: [
      [220, true],
      [220, true],
      [220, true],
    ],
    now: () =>
      [32, 24, 16].map((max) => {
        const all = short(
          Array.from({ length: 220 }, (_, at) => longName(1001 + at)),
          max,
        );
        return [new Set(all).size, all.every((name) => name.replace(/ \(\d+\)$/, "").length <= max)];
      }),
  },
]);

describe("what is asked for", () => {
  it("is whole periods; billable hours alone are Toggl's to count", () => {
    const days = { start_date: "2026-10-01", end_date: "2026-10-02", previous_period_start: "2026-09-29" };
    expect(trendsRequest(period, { projects: "1,2" })).toEqual(days);
    expect(trendsRequest(period, { billable: "false" })).toEqual({ ...days, billable: false });
    expect(trendsRequest(period, { billable: "maybe" })).toEqual(days);
  });

  it("is narrowed on the page", () => {
    const clientOf = (id: number) => ({ 1: "7", 2: "7", 3: "null" })[id];
    const wanted = (settings: Record<string, string>) =>
      wantedItems(items, settings, clientOf).map(({ project_id }) => project_id);
    expect(wanted({})).toEqual([1, 2, 3, 4, 5]);
    expect(wanted({ projects: "3,1" })).toEqual([1, 3]);
    expect(wanted({ clients: "7" })).toEqual([1, 2]);
    expect(wanted({ clients: "null" })).toEqual([3]);
    expect(wanted({ clients: "7", projects: "2,3" })).toEqual([2]);
    expect(wanted({ projects: "99" })).toEqual([]);
    expect(wanted({ projects: "x" })).toEqual([1, 2, 3, 4, 5]);
  });

  it("is said where it is not understood", () => {
    expect(filterError({ billable: "true", projects: "1,2", clients: "7,null" })).toBe("");
    expect(filterError({ billable: "maybe" })).toBe("“maybe” is not true or false, so all hours are shown.");
    expect(filterError({ projects: "website" })).toMatch(/projects=website is no list of ids.*all are shown/);
    expect(filterError({ projects: "1,-2" })).toMatch(/the others are shown/);
    expect(idsIn("1,0,02,1e3,null")).toEqual(["1", "null"]);
  });
});

describe("an answer", () => {
  it("holds for five minutes, is shared while it comes, and a failure does not hold", async () => {
    let now = 0;
    let loads = 0;
    const answers = keptAnswers<number>(() => now);
    const load = async () => ++loads;
    expect(await Promise.all([answers.get("a", load), answers.get("a", load)])).toEqual([1, 1]);
    now = 299_999;
    expect(await answers.get("a", load)).toBe(1);
    expect(await answers.get("b", load)).toBe(2);
    now = 300_000;
    expect(await answers.get("a", load)).toBe(3);
    answers.forget("a");
    expect(await answers.get("a", load)).toBe(4);
    now = 100; // a clock that was put back makes nothing new again
    expect(await answers.get("a", load)).toBe(5);
    const failing = () => Promise.reject(new Error("down"));
    await expect(answers.get("c", failing)).rejects.toThrow("down");
    expect(await answers.get("c", load)).toBe(6);
  });

  it("makes room for newer ones", async () => {
    const answers = keptAnswers<string>(() => 0);
    const loaded: string[] = [];
    const get = (key: string) =>
      answers.get(key, async () => {
        loaded.push(key);
        return key;
      });
    for (let key = 0; key < 13; key++) await get(`${key}`);
    await get("1");
    await get("0");
    expect(loaded.slice(-2)).toEqual(["12", "0"]);
  });
});

describe("an axis", () => {
  const daysFrom = (first: string, count: number, step = 1) =>
    Array.from({ length: count }, (_, at) =>
      new Date(Date.parse(first) + at * step * 86_400_000).toISOString().slice(0, 10),
    );
  const months = (first: string, count: number) =>
    Array.from({ length: count }, (_, at) =>
      new Date(Date.UTC(Number(first.slice(0, 4)), Number(first.slice(5, 7)) - 1 + at, 1)).toISOString().slice(0, 10),
    );
  const texts = (ticks: Map<string, string>) => [...ticks.values()];

  it("has a single day, and the year below the first day and below the first of the next year", () => {
    expect(texts(timeTicks(["2026-10-31"], 1000, "day"))).toEqual(["31 Oct\n2026"]);
    expect(texts(timeTicks(daysFrom("2026-12-30", 4), 1000, "day"))).toEqual([
      "30 Dec\n2026",
      "31 Dec",
      "1 Jan\n2027",
      "2 Jan",
    ]);
  });

  it("has months, with years, and leaves out as many as have no room; January stays", () => {
    expect(texts(timeTicks(months("2025-11-01", 12), 1000, "month")).slice(0, 4)).toEqual([
      "Nov\n2025",
      "Dec",
      "Jan\n2026",
      "Feb",
    ]);
    expect(texts(timeTicks(months("2024-01-01", 36), 600, "month"))).toEqual([
      ...["Jan\n2024", "Apr", "Jul", "Oct", "Jan\n2025", "Apr", "Jul", "Oct", "Jan\n2026", "Apr", "Jul", "Oct"],
    ]);
    expect(texts(timeTicks(months("2024-02-01", 36), 150, "month"))).toEqual(["Jan\n2025", "Jan\n2026", "Jan\n2027"]);
  });

  it.each([
    ["day", 62, 1],
    ["week", 27, 7],
  ] as const)("has no more labels for a %s than there is room for", (unit, count, step) => {
    const ticks = timeTicks(daysFrom("2026-01-01", count, step), 286, unit);
    expect(ticks.size).toBeGreaterThan(1);
    expect(ticks.size * 64).toBeLessThanOrEqual(286);
  });
});

describe("what a chart says", () => {
  const none = {
    label: "3 Oct 2026",
    day: "2026-10-03",
    seconds: null,
    previousLabel: undefined,
    previousSeconds: undefined,
  };
  const both = {
    label: "2 Oct 2026",
    day: "2026-10-02",
    seconds: 3600,
    previousLabel: "2 Sept 2026",
    previousSeconds: null,
  };

  it("is explained as far as it is there", () => {
    const signsOf = (points: (typeof none | typeof both)[], unit: "day" | "week") =>
      trendLegend(points, { unit, current: "now", previous: "before" }).map(({ sign }) => sign);
    expect(signsOf([both], "day")).toEqual(["current", "previous", "no-data-before"]);
    expect(signsOf([none], "day")).toEqual(["current", "previous", "no-data", "weekend"]);
    expect(signsOf([none], "week")).toEqual(["current", "previous", "no-data"]);
  });

  it("is told bar by bar, and of a day that the period before has not nothing is told", () => {
    expect(trendReadings([both, none]).map(({ lines }) => lines.map(({ text }) => text))).toEqual([
      ["2 Oct 2026: 1.0 h", "2 Sept 2026: no data"],
      ["3 Oct 2026: no data"],
    ]);
  });
});

describe("a small line", () => {
  it("has a gap where there are no data, and ends where the period before ends", () => {
    expect(sparkPath([10, null, 5], 4, 10)).toBe("M0 1H25M50 11H75");
    expect(sparkPath([], 4, 10)).toBe("");
    expect(sparkPath([0], 1, 1)).toBe("M0 21H100");
  });

  it("is of weeks where days are too many, and as wide", () => {
    const year = sparkPath(
      Array.from({ length: 365 }, () => 1),
      365,
      1,
    );
    expect(year.match(/H/g)).toHaveLength(52);
    expect(year.endsWith("H100")).toBe(true);
  });
});
