import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronError, nextRuns, previousRun, rateError, rateMs } from "../../../lambdas/core/schedules/cron.ts";

const now = Date.parse("2026-11-01T00:00:00Z");
const runs = (cron: string, time_zone = "UTC", after = "2026-11-01T00:00:00Z", count = 3) =>
  nextRuns({ cron, time_zone }, Date.parse(after), count).map((time) => new Date(time).toISOString().slice(0, 16));

describe("the next runs", () => {
  it.each([
    ["0 6 3 * ? *", ["2026-11-03T06:00", "2026-12-03T06:00", "2027-01-03T06:00"]],
    ["0 6 ? * 2 *", ["2026-11-02T06:00", "2026-11-09T06:00", "2026-11-16T06:00"]], // 2 is Monday at AWS
    ["0 6 ? * 1 *", ["2026-11-01T06:00", "2026-11-08T06:00", "2026-11-15T06:00"]], // and 1 is Sunday
    ["0 6 ? * 2-6 *", ["2026-11-02T06:00", "2026-11-03T06:00", "2026-11-04T06:00"]],
    ["0 6 ? * MON,6 *", ["2026-11-02T06:00", "2026-11-06T06:00", "2026-11-09T06:00"]],
    ["0 6 ? * 3#2 *", ["2026-11-10T06:00", "2026-12-08T06:00", "2027-01-12T06:00"]], // second Tuesday
    ["0 6 ? * 6L *", ["2026-11-27T06:00", "2026-12-25T06:00", "2027-01-29T06:00"]], // last Friday
    ["0 6 ? * L *", ["2026-11-07T06:00", "2026-11-14T06:00", "2026-11-21T06:00"]], // Saturday
    ["0 6 ? * l *", ["2026-11-07T06:00", "2026-11-14T06:00", "2026-11-21T06:00"]],
    ["0 6 ? * 01 *", ["2026-11-01T06:00", "2026-11-08T06:00", "2026-11-15T06:00"]], // Sunday too
    ["0 6 ? * SUN-1 *", ["2026-11-01T06:00", "2026-11-08T06:00", "2026-11-15T06:00"]], // and so is this range of one day
    ["0 6 ? * fri#2 *", ["2026-11-13T06:00", "2026-12-11T06:00", "2027-01-08T06:00"]],
    ["0 6 ? * 2-6/2 *", ["2026-11-02T06:00", "2026-11-04T06:00", "2026-11-06T06:00"]],
    ["0 6 1/10 * ? *", ["2026-11-01T06:00", "2026-11-11T06:00", "2026-11-21T06:00"]],
    ["0 6 1 JUN/3 ? 2027/2", ["2027-06-01T06:00", "2027-09-01T06:00", "2027-12-01T06:00"]],
    ["0 6 L * ? *", ["2026-11-30T06:00", "2026-12-31T06:00", "2027-01-31T06:00"]],
    ["0 6 15W * ? *", ["2026-11-16T06:00", "2026-12-15T06:00", "2027-01-15T06:00"]],
    ["0/15 6 * * ? *", ["2026-11-01T06:00", "2026-11-01T06:15", "2026-11-01T06:30"]],
    ["5/20 * ? JAN,12 * 2026-2027", ["2026-12-01T00:05", "2026-12-01T00:25", "2026-12-01T00:45"]],
    ["0 0 1 1 ? 2028", ["2028-01-01T00:00"]],
  ])("of %s", (cron, expected) => {
    expect(cronError(cron, now)).toBeUndefined();
    expect(runs(cron)).toEqual(expected);
  });

  it("go by the zone's clock, through both of its changes", () => {
    expect(runs("0 6 3 * ? *", "Europe/Berlin", "2026-09-04T00:00:00Z")).toEqual([
      "2026-10-03T04:00",
      "2026-11-03T05:00",
      "2026-12-03T05:00",
    ]);
  });

  it("leave out a time that the clock skips, and take one that comes twice once", () => {
    expect(runs("30 2 * * ? *", "Europe/Berlin", "2026-03-28T00:00:00Z", 2)).toEqual([
      "2026-03-28T01:30",
      "2026-03-30T00:30",
    ]);
    expect(runs("30 2 * * ? *", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30",
      "2026-10-26T01:30",
    ]);
  });
});

it("knows the run before", () => {
  const before = previousRun({ cron: "0 6 3 * ? *", time_zone: "Europe/Berlin" }, now);
  expect(new Date(before ?? 0).toISOString()).toBe("2026-10-03T04:00:00.000Z");
});

describe("an expression that EventBridge would not take is told why", () => {
  it.each([
    ["0 6 3 * ?", /must have six fields/],
    ["0 6 3 * ? * *", /must have six fields/],
    ["0  6 3 * ? *", /must have six fields/],
    ["60 6 3 * ? *", /has 60 in the field minutes, which takes 0-59/],
    ["0 24 3 * ? *", /has 24 in the field hours/],
    ["0 6 32 * ? *", /has 32 in the field day-of-month/],
    ["0 6 3 13 ? *", /has 13 in the field month, which takes 1-12 or JAN-DEC/],
    ["0 6 ? * 8 *", /has 8 in the field day-of-week, which takes 1-7 or SUN-SAT/],
    ["0 6 ? * 0 *", /has 0 in the field day-of-week/],
    ["0 6 ? * MONDAY *", /has MONDAY in the field day-of-week/],
    ["0 6 3 * ? 1969", /field year/],
    ["0 6 * * * *", /exactly one of day-of-month and day-of-week/],
    ["0 6 ? * ? *", /exactly one of/],
    ["0 6 31 FEB ? *", /never comes true/],
    ["0 6 3 * ? 2020", /never comes true/],
    ["0,,5 6 3 * ? *", /an empty entry in the field minutes/],
    ["5-1 6 3 * ? *", /has 5-1/],
    ["*/0 6 3 * ? *", /has \*\/0/],
    ["@daily", /must have six fields/],
    ["? 6 3 * ? *", /has \? in the field minutes/],
    ["5x 6 3 * ? *", /has 5X in the field minutes/],
    ["x5 6 3 * ? *", /has X5 in the field minutes/],
    ["1-2-3 6 3 * ? *", /has 1-2-3 in the field minutes/],
    ["0/5/5 6 3 * ? *", /has 0\/5\/5 in the field minutes/],
    ["0/5x 6 3 * ? *", /has 0\/5X in the field minutes/],
    ["0/x5 6 3 * ? *", /has 0\/X5 in the field minutes/],
    ["0 6 ? * 6Lx *", /has 6LX in the field day-of-week/],
    ["0 6 ? * 2/2 *", /has a step without a range in the field day-of-week: write 2-7\/2/],
    ["0 6 ? * SUN,tue/2 *", /has a step without a range/],
    ["0 6 ? * */8 *", /does not fit/],
    ["0 6 ? * L6 *", /has L6 in the field day-of-week/],
    ["0 6 3 * ? x2026", /has X2026 in the field year, which takes 1970-2199 with/],
  ])("%s", (cron, message) => {
    expect(cronError(cron, now)).toMatch(message);
  });

  it.each([
    "x1 minute",
    "1 minutex",
    "12345 days",
    "",
    "0 hours",
    "1 hours",
    "2 hour",
    "1.5 hours",
    "1 week",
    "hour",
    "rate(1 hour)",
  ])("rate %j", (rate) => {
    expect(rateError(rate)).toMatch(/must be a number and a unit/);
  });
});

it("knows of no run after EventBridge's last year, nor of one before the first", () => {
  expect(nextRuns({ cron: "0 6 3 12 ? *", time_zone: "UTC" }, Date.UTC(2198, 11, 31), 3)).toEqual([
    Date.UTC(2199, 11, 3, 6),
  ]);
  expect(nextRuns({ cron: "0 6 3 12 ? *", time_zone: "UTC" }, Date.UTC(2199, 11, 3, 6), 1)).toEqual([]);
  expect(previousRun({ cron: "0 6 3 12 ? 2030", time_zone: "UTC" }, now)).toBeUndefined();
});

it("takes steps over ranges, and names of days with a step, whatever the case", () => {
  expect(runs("10-40/15 6 ? * mon-fri/2 *")).toEqual(["2026-11-02T06:10", "2026-11-02T06:25", "2026-11-02T06:40"]);
  expect(runs("0 */6 ? * fri *", "UTC", "2026-11-01T00:00:00Z", 2)).toEqual(["2026-11-06T00:00", "2026-11-06T06:00"]);
});

it("takes the rates that EventBridge takes", () => {
  expect(["1 minute", "9999 days"].map(rateError)).toEqual([undefined, undefined]);
  expect(["1 minute", "90 minutes", "1 hour", "7 days"].map(rateMs)).toEqual([
    60_000, 5_400_000, 3_600_000, 604_800_000,
  ]);
});

/** Zones whose clocks change in every way that there is: by an hour, by half of one, at midnight, by a day, never. */
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "America/Santiago",
  "America/Havana",
  "Africa/Cairo",
  "Africa/Casablanca",
  "Asia/Beirut",
  "Asia/Gaza",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "America/Scoresbysund",
  "UTC",
];
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const clockShows = (zone: string) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return (time: number) => format.format(time);
};

/** Moments at which a zone's clock is changed: the hours of the days after which it shows another time. */
function changesOf(zone: string): number[] {
  return [...changesBetween(zone, "2011-12-25", "2012-12-31"), ...changesBetween(zone, "2026-01-01", "2026-12-31")];
}

function changesBetween(zone: string, from: string, to: string): number[] {
  const shows = clockShows(zone); // made once: making one costs a thousand times what asking it does
  const offset = (time: number) => Date.parse(`${shows(time).replace(" ", "T")}Z`) - time;
  const isChanged = (step: number) => (time: number) => offset(time) !== offset(time - step);
  const steps = (first: number, last: number, step: number) =>
    Array.from({ length: (last - first) / step }, (_, at) => first + (at + 1) * step);
  return steps(Date.parse(from), Date.parse(to), dayMs)
    .filter(isChanged(dayMs))
    .flatMap((day) => steps(day - dayMs, day, hourMs).filter(isChanged(hourMs)));
}

describe.each(zones)("runs in %s", (time_zone) => {
  const shows = clockShows(time_zone);
  const changes = changesOf(time_zone);
  const moments = fc.integer({ min: 0, max: 400 * dayMs }).map((span) => Date.UTC(2025, 11, 1) + span);
  const nearChanges =
    changes.length === 0
      ? moments
      : fc
          .tuple(fc.constantFrom(...changes), fc.integer({ min: -3 * hourMs, max: 3 * hourMs }))
          .map(([change, span]) => change + span);
  const crons = fc.oneof(
    fc.tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 3 })).map(([m, h]) => `${m} ${h} * * ? *`),
    fc.constantFrom("0/15 * * * ? *", "0 0 * * ? *", "30 2 * * ? *", "0 23 L * ? *", "10 1 ? * SUN *", "5 0 1W * ? *"),
  );
  const times = fc.oneof(moments, nearChanges);

  it("are found again from either side", () => {
    fc.assert(
      fc.property(crons, times, (cron, time) => {
        const rule = { cron, time_zone };
        const [next = Number.NaN, second = Number.NaN] = nextRuns(rule, time, 2);
        const previous = previousRun(rule, time) ?? Number.NaN;
        expect(previous).toBeLessThan(time);
        expect(next).toBeGreaterThan(time);
        expect(previousRun(rule, next + 1)).toBe(next);
        expect(previousRun(rule, second)).toBe(next);
        expect(nextRuns(rule, previous - 1, 1)).toEqual([previous]);
        const [afterPrevious = Number.NaN] = nextRuns(rule, previous, 1);
        expect(afterPrevious).toBe(previousRun(rule, time + 1) === time ? time : next);
      }),
      { seed: 20261125, numRuns: 150 },
    );
  });

  it("are what a clock shows that is looked at every minute", () => {
    for (const change of changes) {
      const seen = new Set<string>();
      const expected: number[] = [];
      for (let time = change - 26 * hourMs; time < change + 26 * hourMs; time += 60_000) {
        const shown = shows(time);
        if (/:(00|20|40)$/.test(shown) && !seen.has(shown)) expected.push(time);
        seen.add(shown);
      }
      const rule = { cron: "0/20 * * * ? *", time_zone };
      expect(nextRuns(rule, change - 26 * hourMs - 1, expected.length)).toEqual(expected);
      const back = expected.map((_, at) => previousRun(rule, (expected[at + 1] ?? change + 26 * hourMs) - 1));
      expect(back).toEqual(expected);
    }
  });
});
