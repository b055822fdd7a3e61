import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { planBackfill } from "../../client/backfill-plan.ts";
import { orderOf } from "../../lambdas/core/exports/run-order.ts";
import { cronError, nextRuns, previousRun } from "../../lambdas/core/schedules/cron.ts";
import { periodOf, periodsWithin } from "../../lambdas/core/schedules/periods.ts";
import { scheduledExports } from "../../lambdas/core/schedules/schedule.ts";
import { scheduleHealth } from "../../lambdas/core/schedules/schedule-health.ts";
import { clockAt, coordinationIn, currentIn } from "../ports.ts";
import { jobsOfMessage } from "./jobs-of-message.ts";
import { reportedCases } from "./reported-cases.ts";

const minute = (time: number | undefined) =>
  time === undefined ? undefined : new Date(time).toISOString().slice(0, 16).replace("T", " ");
const next = (cron: string, time_zone: string, after: string, count = 1) =>
  nextRuns({ cron, time_zone }, Date.parse(after), count).map(minute);
const previous = (cron: string, time_zone: string, before: string) =>
  minute(previousRun({ cron, time_zone }, Date.parse(before)));

const daily = (cron: string, time_zone: string, more: Partial<ConfiguredSchedule> = {}): ConfiguredSchedule => ({
  name: "daily",
  workspace_id: 7,
  report: "profitability/projects",
  formats: ["csv"],
  cron,
  time_zone,
  enabled: true,
  period: "previous-day",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 0,
  parameters: { currency: "usd" },
  ...more,
});

/** What the watcher calls overdue when every run up to a moment was made, and none after it. */
async function overdue(schedule: ConfiguredSchedule, madeFor: string, now: string): Promise<string | undefined> {
  const made = new Set(scheduledExports(schedule, Date.parse(madeFor)).map(({ id }) => id));
  const deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
  const { overdue_since } = await scheduleHealth(schedule, { since: 0 }, deadline, {
    current: currentIn(),
    coordination: coordinationIn(),
    clock: clockAt(() => Date.parse(now)),
    exports: { find: async (_, id) => (made.has(id) ? ({ id, status: "succeeded" } as never) : undefined) },
  });
  return overdue_since?.slice(0, 16).replace("T", " ");
}

const everyHalfHour = "0/30 * * * ? *";
const apia = { period: "previous-day", time_zone: "Pacific/Apia", week_start: "monday", settle_days: 0 } as const;
const periodIn = (rule: typeof apia | object, at: string) => periodOf({ ...apia, ...rule }, Date.parse(at));

reportedCases("a time that the clock skips has no run, for what looks back and for what looks forward", [
  {
    name: "Berlin, 02:30 on 29 March, looking back",
    before: "01:00 UTC of the 29th, which nothing fired",
    right: "2026-03-28 01:30",
    now: () => previous("30 2 * * ? *", "Europe/Berlin", "2026-03-29T12:00:00Z"),
  },
  {
    name: "Berlin, 02:30 on 29 March, looking forward",
    before: "2026-03-30 00:30",
    right: ["2026-03-30 00:30"],
    now: () => next("30 2 * * ? *", "Europe/Berlin", "2026-03-28T12:00:00Z"),
  },
  {
    name: "Berlin, the watcher on 29 March",
    before: "overdue since 01:00",
    right: undefined,
    now: () => overdue(daily("30 2 * * ? *", "Europe/Berlin"), "2026-03-28T01:30:00Z", "2026-03-29T12:00:00Z"),
  },
  {
    name: "Cairo, the watcher after the midnight that is skipped",
    before: "overdue since 2026-04-23 22:00",
    right: undefined,
    now: () => overdue(daily("0 0 * * ? *", "Africa/Cairo"), "2026-04-22T22:00:00Z", "2026-04-24T12:00:00Z"),
  },
  {
    name: "Santiago's midnight",
    before: "2026-09-06 04:00",
    right: "2026-09-05 04:00",
    now: () => previous("0 0 * * ? *", "America/Santiago", "2026-09-06T12:00:00Z"),
  },
  {
    name: "Beirut's midnight",
    before: "2026-03-28 22:00",
    right: "2026-03-27 22:00",
    now: () => previous("0 0 * * ? *", "Asia/Beirut", "2026-03-29T12:00:00Z"),
  },
  {
    name: "Havana's midnight, and half past",
    before: "2026-03-08 05:00 for both",
    right: ["2026-03-07 05:00", "2026-03-07 05:30"],
    now: () => ["0", "30"].map((at) => previous(`${at} 0 * * ? *`, "America/Havana", "2026-03-08T12:00:00Z")),
  },
  {
    name: "Lord Howe's half hour",
    before: "2026-10-03 15:30",
    right: "2026-10-02 15:45",
    now: () => previous("15 2 * * ? *", "Australia/Lord_Howe", "2026-10-04T12:00:00Z"),
  },
  {
    name: "a time that is only ever one of those: the last Sunday of March, 02:30 in Berlin",
    before: "taken",
    right: "never comes true in Europe/Berlin",
    now: () => cronError("30 2 ? 3 1L *", Date.parse("2026-01-01"), "Europe/Berlin"),
  },
  {
    name: "the same once, in New York",
    before: "taken",
    right: ["never comes true in America/New_York", undefined],
    now: () => ["America/New_York", "UTC"].map((zone) => cronError("30 2 8 3 ? 2026", Date.parse("2026-01-01"), zone)),
  },
  {
    name: "a backfill for the day before it",
    before: "due at 2026-03-28 23:00",
    right: ["2026-03-28 23:00"], // no run means that day, so the first moment that would
    now: () =>
      planBackfill(
        daily("30 2 * * ? *", "Europe/Berlin"),
        { from: "2026-03-28", to: "2026-03-28" },
        Date.parse("2026-05-01"),
      ).runs.map(({ occurrence }) => minute(occurrence)),
  },
]);

reportedCases("a time that the clock shows twice has one run, the first", [
  {
    name: "Berlin, every half hour from 01:30 on: forward",
    before: "02:00 and 02:30 twice",
    right: ["2026-10-25 00:00", "2026-10-25 00:30", "2026-10-25 02:00"],
    now: () => next(everyHalfHour, "Europe/Berlin", "2026-10-24T23:50:00Z", 3),
  },
  {
    name: "Berlin, asked for the next within the second time",
    before: "2026-10-25 01:30",
    right: ["2026-10-25 02:00"],
    now: () => next(everyHalfHour, "Europe/Berlin", "2026-10-25T01:10:00Z"),
  },
  {
    name: "Berlin, every half hour: back",
    before: "2026-10-25 01:00",
    right: "2026-10-25 00:30",
    now: () => previous(everyHalfHour, "Europe/Berlin", "2026-10-25T01:15:00Z"),
  },
  {
    name: "Berlin, the watcher after the second 02:30",
    before: "overdue since 01:30",
    right: undefined,
    now: () => overdue(daily(everyHalfHour, "Europe/Berlin"), "2026-10-25T00:30:00Z", "2026-10-25T04:45:00Z"),
  },
  {
    name: "Lord Howe's 01:45, which comes again after half an hour",
    before: "2026-04-04 14:45",
    right: [["2026-04-04 14:45", "2026-04-05 15:15"], "2026-04-04 14:45"],
    now: () => [
      next("45 1 * * ? *", "Australia/Lord_Howe", "2026-04-04T00:00:00Z", 2),
      previous("45 1 * * ? *", "Australia/Lord_Howe", "2026-04-05T12:00:00Z"),
    ],
  },
  {
    name: "New York, 01:30 on 1 November",
    before: "2026-11-01 05:30",
    right: [["2026-11-01 05:30", "2026-11-02 06:30"], "2026-11-01 05:30"],
    now: () => [
      next("30 1 * * ? *", "America/New_York", "2026-11-01T04:00:00Z", 2),
      previous("30 1 * * ? *", "America/New_York", "2026-11-01T12:00:00Z"),
    ],
  },
]);

reportedCases("a day that a zone never had is no day of a period", [
  {
    name: "Apia, 31 December 2011: the day before",
    before: "2011-12-30, which nobody there lived through; the 29th in no run",
    right: { start_date: "2011-12-29", end_date: "2011-12-29" },
    now: () => periodIn({}, "2011-12-30T16:00:00Z"),
  },
  {
    name: "Apia: settle_days counts the days that there were",
    before: "2011-12-29, and the 28th in no run",
    right: { start_date: "2011-12-28", end_date: "2011-12-28" },
    now: () => periodIn({ settle_days: 1 }, "2011-12-30T16:00:00Z"),
  },
  {
    name: "Apia: the last 3 days on 1 January 2012",
    before: "2011-12-29 to 2011-12-31",
    right: { start_date: "2011-12-28", end_date: "2011-12-31" },
    now: () => periodIn({ period: "last-3-days" }, "2011-12-31T16:00:00Z"),
  },
  {
    name: "Fakaofo: a week that would end on it",
    before: "2011-12-24 to 2011-12-30",
    right: { start_date: "2011-12-24", end_date: "2011-12-29" },
    now: () =>
      periodIn(
        { period: "previous-week", week_start: "saturday", time_zone: "Pacific/Fakaofo" },
        "2012-01-02T16:00:00Z",
      ),
  },
  {
    name: "Apia: a backfill by day",
    before: "29, 30, 31",
    right: ["2011-12-29", "2011-12-31"],
    now: () => periodsWithin(apia, "2011-12-29", "2011-12-31").map(({ start_date }) => start_date),
  },
  {
    name: "Apia: a backfill that begins with it",
    before: "30, 31",
    right: ["2011-12-31"],
    now: () => periodsWithin(apia, "2011-12-30", "2011-12-31").map(({ start_date }) => start_date),
  },
  {
    name: "Apia: daily at 06:00 over it",
    before: "2011-12-29 16:00, 2011-12-30 16:00",
    right: ["2011-12-29 16:00", "2011-12-30 16:00"],
    now: () => next("0 6 * * ? *", "Pacific/Apia", "2011-12-29T12:00:00Z", 2),
  },
]);

const due = async (schedule: ConfiguredSchedule, occurrence: string, more: object = {}) => {
  const jobs = await jobsOfMessage({ schedule: "daily", occurrence, ...more }, schedule);
  return jobs.map(({ id, occurrence: time, parameters }) => [id, time, parameters.start_date]);
};
const berlin = daily("0 0 * * ? *", "Europe/Berlin");

reportedCases("a cron run is the same run at whatever second of its minute it is delivered", [
  ...["2026-11-02T23:00:01Z", "2026-11-02T23:00:37.250Z", "2026-11-02T23:00:59Z"].map((at) => ({
    name: `midnight in Berlin, delivered at ${at}`,
    before: "another id, and so a second file",
    right: scheduledExports(berlin, Date.parse("2026-11-02T23:00:00Z")).map(({ id, occurrence, parameters }) => [
      id,
      occurrence,
      parameters.start_date,
    ]),
    now: () => due(berlin, at),
  })),
  {
    name: "a rate's run keeps its second",
    before: "2026-11-02T23:00:37Z",
    right: "2026-11-02T23:00:37Z",
    now: async () =>
      (await due(daily("", "UTC", { cron: undefined, rate: "1 hour" }), "2026-11-02T23:00:37.5Z"))[0]?.[1],
  },
  {
    name: "a run that a caller asks for keeps its second: it is another one than the schedule's own",
    before: "2026-11-02T23:00:37Z",
    right: "2026-11-02T23:00:37Z",
    now: async () => {
      const run = { schedule: "daily", occurrence: "2026-11-02T23:00:37Z" };
      return (await due(berlin, run.occurrence, { order: orderOf(berlin, run) }))[0]?.[1];
    },
  },
]);
