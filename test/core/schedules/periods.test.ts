import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  comparedDays,
  firstDayOf,
  isPeriodOf,
  isRolling,
  type PeriodRule,
  parsePeriod,
  periodOf,
  periodsWithin,
  previousPeriodStart,
  wholePeriodBefore,
} from "../../../lambdas/core/schedules/periods.ts";

const rule = (period: string, more: Partial<PeriodRule> = {}): PeriodRule => ({
  period,
  time_zone: "UTC",
  week_start: "monday",
  settle_days: 0,
  ...more,
});
const days = (period: string, occurrence: string, more: Partial<PeriodRule> = {}, back = 0) => {
  const { start_date, end_date } = periodOf(rule(period, more), Date.parse(occurrence), back);
  return `${start_date} ${end_date}`;
};

describe("a period", () => {
  it.each([
    ["previous-day", "2026-11-03T06:00:00Z", "2026-11-02 2026-11-02"],
    ["previous-week", "2026-11-03T06:00:00Z", "2026-10-26 2026-11-01"],
    ["previous-month", "2026-11-03T06:00:00Z", "2026-10-01 2026-10-31"],
    ["previous-quarter", "2026-11-03T06:00:00Z", "2026-07-01 2026-09-30"],
    ["previous-year", "2026-11-03T06:00:00Z", "2025-01-01 2025-12-31"],
    ["week-to-date", "2026-11-03T06:00:00Z", "2026-11-02 2026-11-03"],
    ["month-to-date", "2026-11-03T06:00:00Z", "2026-11-01 2026-11-03"],
    ["quarter-to-date", "2026-11-03T06:00:00Z", "2026-10-01 2026-11-03"],
    ["year-to-date", "2026-11-03T06:00:00Z", "2026-01-01 2026-11-03"],
    ["last-7-days", "2026-11-03T06:00:00Z", "2026-10-27 2026-11-02"],
    ["last-1-days", "2026-11-03T06:00:00Z", "2026-11-02 2026-11-02"],
    // Ends of months and years, leap days
    ["previous-month", "2026-03-31T23:59:59Z", "2026-02-01 2026-02-28"],
    ["previous-month", "2028-03-31T00:00:00Z", "2028-02-01 2028-02-29"],
    ["previous-month", "2027-01-01T00:00:00Z", "2026-12-01 2026-12-31"],
    ["previous-day", "2028-03-01T00:00:00Z", "2028-02-29 2028-02-29"],
    ["previous-year", "2029-01-01T00:00:00Z", "2028-01-01 2028-12-31"],
    ["previous-quarter", "2027-01-01T00:00:00Z", "2026-10-01 2026-12-31"],
    ["previous-week", "2027-01-03T12:00:00Z", "2026-12-21 2026-12-27"],
    ["last-366-days", "2029-01-01T00:00:00Z", "2028-01-01 2028-12-31"],
    ["month-to-date", "2026-11-01T00:00:00Z", "2026-11-01 2026-11-01"],
    ["last-1-months", "2026-11-03T06:00:00Z", "2026-10-01 2026-10-31"],
    ["last-6-months", "2026-11-30T06:00:00Z", "2026-05-01 2026-10-31"],
    ["last-12-months", "2026-11-03T06:00:00Z", "2025-11-01 2026-10-31"],
    ["last-12-months", "2028-03-01T00:00:00Z", "2027-03-01 2028-02-29"],
    ["last-120-months", "2026-01-31T00:00:00Z", "2016-01-01 2025-12-31"],
    ["last-3660-days", "2026-01-11T00:00:00Z", "2016-01-04 2026-01-10"],
  ])("%s at %s means %s", (period, occurrence, expected) => {
    expect(days(period, occurrence)).toBe(expected);
  });

  it.each([
    // Just before and after local midnight
    ["Europe/Berlin", "2026-10-31T22:59:59Z", "2026-09-01 2026-09-30"],
    ["Europe/Berlin", "2026-10-31T23:00:00Z", "2026-10-01 2026-10-31"],
    ["Pacific/Pago_Pago", "2026-11-01T10:59:59Z", "2026-09-01 2026-09-30"],
    ["Pacific/Pago_Pago", "2026-11-01T11:00:00Z", "2026-10-01 2026-10-31"],
    ["Pacific/Kiritimati", "2026-10-31T09:59:59Z", "2026-09-01 2026-09-30"],
    ["Pacific/Kiritimati", "2026-10-31T10:00:00Z", "2026-10-01 2026-10-31"],
    ["Asia/Kathmandu", "2026-10-31T18:14:59Z", "2026-09-01 2026-09-30"],
    ["Asia/Kathmandu", "2026-10-31T18:15:00Z", "2026-10-01 2026-10-31"],
  ])("goes by the calendar in %s at %s", (time_zone, occurrence, expected) => {
    expect(days("previous-month", occurrence, { time_zone })).toBe(expected);
  });

  it.each([
    // Spring: 2026-03-29 has 23 hours in Berlin; autumn: 2026-10-25 has 25
    ["Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-28"],
    ["Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-28"],
    ["Europe/Berlin", "2026-03-29T22:00:00Z", "2026-03-29"],
    ["Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-24"],
    ["Europe/Berlin", "2026-10-25T00:30:00Z", "2026-10-24"],
    ["Europe/Berlin", "2026-10-25T01:30:00Z", "2026-10-24"],
    ["Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-24"],
    ["Europe/Berlin", "2026-10-25T23:00:00Z", "2026-10-25"],
    // Midnight itself is skipped
    ["America/Sao_Paulo", "2018-11-04T03:00:00Z", "2018-11-03"],
    // The 30th does not exist there: Samoa crossed the date line
    ["Pacific/Apia", "2011-12-31T12:00:00Z", "2011-12-31"],
  ])("is not led astray by changes of the clock in %s at %s", (time_zone, occurrence, expected) => {
    expect(days("previous-day", occurrence, { time_zone })).toBe(`${expected} ${expected}`);
  });

  it.each([
    ["monday", "2026-10-26 2026-11-01"],
    ["tuesday", "2026-10-27 2026-11-02"],
    ["wednesday", "2026-10-21 2026-10-27"],
    ["saturday", "2026-10-24 2026-10-30"],
    ["sunday", "2026-10-25 2026-10-31"],
  ] as const)("of a week begins on %s if told so", (week_start, expected) => {
    expect(days("previous-week", "2026-11-03T06:00:00Z", { week_start })).toBe(expected);
  });

  it("waits for late entries until it has settled", () => {
    expect(days("previous-month", "2026-11-05T06:00:00Z", { settle_days: 5 })).toBe("2026-09-01 2026-09-30");
    expect(days("previous-month", "2026-11-06T06:00:00Z", { settle_days: 5 })).toBe("2026-10-01 2026-10-31");
    expect(days("last-7-days", "2026-11-06T06:00:00Z", { settle_days: 2 })).toBe("2026-10-28 2026-11-03");
  });

  it.each([
    ["previous-month", 2, "2026-08-01 2026-08-31"],
    ["previous-week", 1, "2026-10-19 2026-10-25"],
    ["month-to-date", 1, "2026-10-01 2026-10-31"],
    ["month-to-date", 9, "2026-02-01 2026-02-28"],
    ["last-7-days", 1, "2026-10-20 2026-10-26"],
    ["last-12-months", 1, "2024-11-01 2025-10-31"],
    ["last-3-months", 2, "2026-02-01 2026-04-30"],
  ])("%s, %s back, is %s", (period, back, expected) => {
    expect(days(period, "2026-11-03T06:00:00Z", {}, back)).toBe(expected);
  });

  it.each([
    "",
    "month",
    "previous",
    "previous-decade",
    "day-to-date",
    "last-0-days",
    "last-3661-days",
    "last-9999-days",
    "last-0-months",
    "last-121-months",
    "last-12-month",
    "last-12-years",
    "last-7",
    "last-7-days-and-more",
    "the-last-7-days",
    "previous-monthly",
    "the-previous-month",
    "year-to-dates",
    "half-year-to-date",
    "Last-7-days",
  ])("is not %j", (period) => {
    expect(parsePeriod(period)).toBeUndefined();
    expect(() => days(period, "2026-11-03T06:00:00Z")).toThrow(/is no period; there are previous-day/);
  });
});

const zones = [
  "Pacific/Pago_Pago",
  "America/St_Johns",
  "UTC",
  "Europe/Berlin",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Kiritimati",
];
const periods = [
  "previous-day",
  "previous-week",
  "previous-month",
  "previous-quarter",
  "previous-year",
  "week-to-date",
  "month-to-date",
  "quarter-to-date",
  "year-to-date",
  "last-30-days",
  "last-3-months",
];
const anyRule = fc.record({
  period: fc.constantFrom(...periods),
  time_zone: fc.constantFrom(...zones),
  week_start: fc.constantFrom("monday", "saturday", "sunday"),
  settle_days: fc.nat(40),
}) as fc.Arbitrary<PeriodRule>;
const anyTime = fc.integer({ min: Date.parse("2015-01-01"), max: Date.parse("2040-01-01") });
const dayMs = 86_400_000;

describe("whatever the zone and the moment", () => {
  it("a period lies before or on the local day, and the one before ends where it begins", () => {
    fc.assert(
      fc.property(anyRule, anyTime, (any, time) => {
        const local = new Intl.DateTimeFormat("sv-SE", { timeZone: any.time_zone, dateStyle: "short" }).format(time);
        const { start_date, end_date } = periodOf(any, time);
        expect(start_date <= end_date).toBe(true);
        const newest = Date.parse(local) - any.settle_days * dayMs - (any.period.endsWith("to-date") ? 0 : dayMs);
        expect(Date.parse(end_date)).toBeLessThanOrEqual(newest);
        expect(Date.parse(periodOf(any, time, 1).end_date)).toBe(Date.parse(start_date) - dayMs);
      }),
    );
  });

  it("a backfill's moment means the very period that it was made for", () => {
    fc.assert(
      fc.property(anyRule, anyTime, (any, time) => {
        const first = new Date(time).toISOString().slice(0, 10);
        const last = new Date(time + 400 * dayMs).toISOString().slice(0, 10);
        const ranges = periodsWithin(any, first, last);
        for (const range of ranges.slice(0, 40)) expect(periodOf(any, firstDayOf(any, range))).toEqual(range);
        for (const [at, range] of ranges.slice(1).entries()) {
          expect(Date.parse(range.start_date)).toBe(Date.parse(ranges[at]?.end_date ?? "") + dayMs);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("the periods between two days", () => {
  it.each([
    ["previous-month", "2025-01-01", "2026-10-31", 22, "2025-01-01", "2026-10-31"],
    ["previous-month", "2025-01-15", "2025-03-15", 1, "2025-02-01", "2025-02-28"],
    ["month-to-date", "2025-01-01", "2025-02-28", 2, "2025-01-01", "2025-02-28"],
    ["last-7-days", "2025-01-01", "2025-01-20", 2, "2025-01-01", "2025-01-14"],
    ["previous-week", "2025-01-01", "2025-01-31", 3, "2025-01-06", "2025-01-26"],
    ["previous-year", "2020-01-01", "2024-12-31", 5, "2020-01-01", "2024-12-31"],
    ["last-12-months", "2024-01-15", "2026-03-31", 2, "2024-02-01", "2026-01-31"],
    ["last-3-months", "2025-01-01", "2025-12-31", 4, "2025-01-01", "2025-12-31"],
  ])("are the whole ones of %s from %s to %s", (period, first, last, count, start, end) => {
    const ranges = periodsWithin(rule(period), first, last);
    expect(ranges).toHaveLength(count);
    expect([ranges[0]?.start_date, ranges.at(-1)?.end_date]).toEqual([start, end]);
  });

  it("are none where none is whole", () => {
    expect(periodsWithin(rule("previous-month"), "2025-01-02", "2025-01-31")).toEqual([]);
  });
});

describe("the period that a trend is compared with", () => {
  it.each([
    ["equal-length", "2026-11-01", "2026-11-30", "2026-10-02 2026-10-31"],
    ["equal-length", "2026-11-02", "2026-11-02", "2026-11-01 2026-11-01"],
    ["same-last-year", "2026-11-01", "2026-11-30", "2025-11-01 2025-11-30"],
    ["same-last-year", "2028-02-29", "2028-02-29", "2027-02-28 2027-02-28"],
    ["same-last-year", "2028-02-01", "2028-02-29", "2027-02-01 2027-02-28"],
    ["same-last-year", "2029-02-01", "2029-02-28", "2028-02-01 2028-02-28"],
    ["none", "2026-11-01", "2026-11-30", undefined],
    // Months, by their days alone
    ["previous-period", "2026-10-01", "2026-10-31", "2026-09-01 2026-09-30"],
    ["previous-period", "2026-11-01", "2026-11-25", "2026-10-01 2026-10-25"],
    ["previous-period", "2026-11-01", "2026-11-01", "2026-10-01 2026-10-01"],
    ["previous-period", "2026-03-01", "2026-03-31", "2026-02-01 2026-02-28"],
    ["previous-period", "2026-03-01", "2026-03-30", "2026-02-01 2026-02-28"],
    ["previous-period", "2026-02-01", "2026-02-28", "2026-01-01 2026-01-28"],
    ["previous-period", "2026-01-01", "2026-01-31", "2025-12-01 2025-12-31"],
    ["previous-period", "2026-07-01", "2026-09-30", "2026-04-01 2026-06-30"],
    ["previous-period", "2025-11-01", "2026-10-31", "2024-11-01 2025-10-31"],
    ["previous-period", "2028-01-01", "2028-12-31", "2027-01-01 2027-12-31"],
    // No whole months
    ["previous-period", "2026-10-02", "2026-10-31", "2026-09-02 2026-10-01"],
    ["previous-period", "2026-10-16", "2026-10-31", "2026-09-30 2026-10-15"],
    ["previous-period", "2026-10-01", "2026-11-25", "2026-08-06 2026-09-30"],
  ] as const)("%s, of %s to %s, is %s", (kind, start_date, end_date, expected) => {
    const compared = comparedDays({ start_date, end_date }, kind);
    expect(compared && `${compared.start_date} ${compared.end_date}`).toBe(expected);
    expect(previousPeriodStart({ start_date, end_date }, kind)).toBe(compared?.start_date);
  });

  it("has the same days wherever the program runs", () => {
    const zone = process.env.TZ;
    process.env.TZ = "Pacific/Apia"; // which had no 30 December 2011
    try {
      expect(new Date(2011, 11, 30).getDate()).toBe(31);
      const compared = comparedDays({ start_date: "2011-12-01", end_date: "2011-12-30" }, "equal-length");
      expect(compared).toEqual({ start_date: "2011-11-01", end_date: "2011-11-30" });
    } finally {
      if (zone === undefined) delete process.env.TZ;
      else process.env.TZ = zone;
    }
  });

  it.each([
    ["month-to-date", "2026-10-01 2026-10-25"],
    ["quarter-to-date", "2026-07-01 2026-08-25"],
    ["year-to-date", "2025-01-01 2025-11-25"],
    ["week-to-date", "2026-11-16 2026-11-18"],
    ["previous-week", "2026-11-09 2026-11-15"],
    ["previous-quarter", "2026-04-01 2026-06-30"],
    ["previous-year", "2024-01-01 2024-12-30"],
    ["last-7-days", "2026-11-11 2026-11-17"],
    ["last-12-months", "2024-11-01 2025-10-31"],
  ])("is the one before %s where the period has that name", (period, expected) => {
    const [any, time] = [rule(period), Date.parse("2026-11-25T12:00:00Z")];
    const compared = comparedDays(periodOf(any, time), "previous-period", periodOf(any, time, 1));
    expect(`${compared?.start_date} ${compared?.end_date}`).toBe(expected);
  });

  it.each([
    ["previous-month", "2026-10-01", "2026-09-01 2026-09-30"],
    ["month-to-date", "2026-10-01", "2026-09-01 2026-09-30"],
    ["previous-week", "2026-10-26", "2026-10-19 2026-10-25"],
    ["last-7-days", "2026-10-27", "2026-10-20 2026-10-26"],
    ["last-3-months", "2026-08-01", "2026-05-01 2026-07-31"],
  ])("is the same whole one of %s where only the first day, %s, is known", (period, start_date, expected) => {
    const before = wholePeriodBefore(rule(period), { start_date, end_date: start_date });
    expect(`${before.start_date} ${before.end_date}`).toBe(expected);
  });

  it("never has more days than the period, and is over before it begins", () => {
    fc.assert(
      fc.property(anyRule, anyTime, (any, time) => {
        const days = periodOf(any, time);
        const compared = comparedDays(days, "previous-period", periodOf(any, time, 1)) as typeof days;
        const length = ({ start_date, end_date }: typeof days) => Date.parse(end_date) - Date.parse(start_date);
        expect(length(compared)).toBeLessThanOrEqual(length(days));
        expect(compared.end_date < days.start_date).toBe(true);
      }),
    );
  });
});

it("counts days to an end, where a zone has one twice", () => {
  const ofKwajalein = rule("last-366-days", { time_zone: "Pacific/Kwajalein" }); // 30 September 1969
  const before = wholePeriodBefore(ofKwajalein, { start_date: "1970-03-10", end_date: "1971-03-10" });
  expect(before).toEqual({ start_date: "1969-03-09", end_date: "1970-03-09" });
});

describe("whether days are a period of a schedule's kind", () => {
  const kinds = ["previous-day", "previous-week", "previous-month", "previous-quarter", "previous-year"];
  const toDate = ["week-to-date", "month-to-date", "quarter-to-date", "year-to-date"];
  const rolling = ["last-1-days", "last-7-days", "last-30-days", "last-12-months"];
  const zones = ["UTC", "Europe/Berlin", "Pacific/Apia"];
  const rules = [...kinds, ...toDate, ...rolling].flatMap((period) =>
    zones.map((time_zone) => ({ period, time_zone, week_start: "monday", settle_days: 3 }) as const),
  );

  it.each(rules)(
    "holds for whatever a run of $period in $time_zone means, also on days that the calendar leaves out",
    (rule) => {
      for (let day = 0; day < 400; day += 7) {
        const occurrence = Date.UTC(2011, 10, 25, 5) + day * 86_400_000; // Apia had no 30 December 2011
        for (const back of [0, 1, 2]) {
          const days = periodOf(rule, occurrence, back);
          expect(isPeriodOf(rule, days), JSON.stringify(days)).toBe(true);
        }
      }
    },
  );

  it("does not hold for days of another kind", () => {
    const rule = (period: string) => ({ period, time_zone: "UTC", week_start: "monday", settle_days: 0 }) as const;
    const days = (start_date: string, end_date: string) => ({ start_date, end_date });
    expect(isPeriodOf(rule("previous-month"), days("2026-10-01", "2026-10-30"))).toBe(false);
    expect(isPeriodOf(rule("previous-month"), days("2026-10-02", "2026-10-31"))).toBe(false);
    expect(isPeriodOf(rule("previous-month"), days("2026-10-01", "2026-11-30"))).toBe(false);
    expect(isPeriodOf(rule("month-to-date"), days("2026-10-01", "2026-11-01"))).toBe(false);
    expect(isPeriodOf(rule("month-to-date"), days("2026-10-02", "2026-10-09"))).toBe(false);
    expect(isPeriodOf(rule("month-to-date"), days("2026-10-01", "2026-09-30"))).toBe(false);
    expect(isPeriodOf(rule("last-7-days"), days("2026-10-01", "2026-10-08"))).toBe(false);
    expect(isPeriodOf(rule("previous-week"), days("2026-10-11", "2026-10-17"))).toBe(false); // a Sunday
  });

  it("tells rolling ones, of which the newest alone is current, from those with a beginning of their own", () => {
    expect(kinds.concat(toDate).map((period) => isRolling({ period }))).not.toContain(true);
    expect(rolling.map((period) => isRolling({ period }))).not.toContain(false);
  });
});
