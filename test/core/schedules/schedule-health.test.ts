import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { runKey } from "../../../lambdas/core/exports/keys.ts";
import { orderOf } from "../../../lambdas/core/exports/run-order.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { rowsBefore, ruleOf, scheduleHealth } from "../../../lambdas/core/schedules/schedule-health.ts";
import { stopwatch } from "../../../lambdas/core/telemetry.ts";
import { clockAt, coordinationIn, currentIn, exportsIn } from "../../ports.ts";

const weekly: ConfiguredSchedule = {
  name: "weekly",
  workspace_id: 123,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 ? * MON *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-week",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 1,
  parameters: { currency: "usd" },
};
const hourly: ConfiguredSchedule = {
  ...weekly,
  name: "hourly",
  cron: undefined,
  rate: "1 hour",
  period: "previous-day",
};

const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
const time = (text: string) => Date.parse(text);
const due = time("2026-11-23T06:00:00Z"); // a Monday
const isNoRefresh = ({ isRefresh }: ExportJob) => !isRefresh;

const recordOf = ({ isRefresh: _, ...job }: ExportJob, more: object = {}) =>
  ({
    ...job,
    status: "succeeded",
    created_at: "2026-11-23T06:00:00Z",
    completed_at: "2026-11-23T06:00:10Z",
    ...more,
  }) as Export;

const healthAt = (now: string, records: Export[], { schedule = weekly, since = "2026-01-01T00:00:00Z" } = {}) =>
  scheduleHealth(schedule, { since: time(since) }, deadline, {
    clock: clockAt(() => time(now)),
    exports: { find: async (_, id) => records.find((one) => one.id === id) },
    current: currentOf(schedule, records),
    coordination: coordinationIn({ orders: begunBy(schedule, records) }),
  });

/** A manifest with what is there of a schedule, and no note on its last run. */
function currentOf({ name }: ConfiguredSchedule, records: readonly Export[]) {
  const entries = records.flatMap((one) => (one.status === "succeeded" ? [{ completed_at: one.completed_at }] : []));
  const manifest = { schedule: name, entries } as unknown as Manifest;
  return currentIn({ manifests: new Map([[name, { manifest, version: "1" }]]) });
}

/** What runs have written down that they make. */
function begunBy(schedule: ConfiguredSchedule, records: readonly Export[]) {
  const runs = records.flatMap(({ occurrence }) => (occurrence ? [{ schedule: schedule.name, occurrence }] : []));
  return new Map(runs.map((run) => [runKey(run), orderOf(schedule, run)]));
}

const made = (status: Export["status"] = "succeeded") =>
  scheduledExports(weekly, due)
    .filter(isNoRefresh)
    .map((job) => recordOf(job, { status }));

describe("a schedule with a cron expression", () => {
  it("is overdue three hours after a run that did not come to an end", async () => {
    const since = "2026-11-17T00:00:00Z";
    expect(await healthAt("2026-11-23T08:59:00Z", [], { since })).toEqual({ schedule: "weekly" });
    expect(await healthAt("2026-11-23T09:01:00Z", [], { since })).toEqual({
      schedule: "weekly",
      overdue_since: "2026-11-23T06:00:00.000Z",
    });
  });

  it("is not overdue when all its files were made, or failed: that has an alarm of its own", async () => {
    expect(await healthAt("2026-11-23T18:00:10Z", made())).toEqual({ schedule: "weekly", age_hours: 12 });
    expect(await healthAt("2026-11-23T18:00:10Z", made("failed"))).toEqual({ schedule: "weekly" });
  });

  it("is overdue when one of its files is missing, or still waits", async () => {
    const [csv] = made();
    expect(await healthAt("2026-11-23T18:00:00Z", csv ? [csv] : [])).toHaveProperty("overdue_since");
    expect(await healthAt("2026-11-23T18:00:00Z", made("deferred"))).toHaveProperty("overdue_since");
  });

  it("is as old as the newest of its files", async () => {
    const [csv, xlsx] = made() as [Export, Export];
    const later = { ...xlsx, completed_at: "2026-11-23T15:00:10Z" };
    for (const records of [
      [csv, later],
      [later, csv],
    ]) {
      expect(await healthAt("2026-11-23T18:00:10Z", records)).toEqual({ schedule: "weekly", age_hours: 3 });
    }
  });

  it("has no age while nothing of it is current", async () => {
    const ports = { exports: exportsIn(), current: currentIn(), coordination: coordinationIn() };
    const clock = clockAt(() => due);
    expect(await scheduleHealth(weekly, { since: due }, deadline, { ...ports, clock })).toEqual({ schedule: "weekly" });
  });

  it("misses no run from before it was as it is now, nor while it is paused", async () => {
    const now = "2026-11-23T18:00:00Z";
    expect(await healthAt(now, [], { since: "2026-11-23T07:00:00Z" })).not.toHaveProperty("overdue_since");
    expect(await healthAt(now, [], { schedule: { ...weekly, enabled: false } })).not.toHaveProperty("overdue_since");
  });
});

describe("a schedule with a rate", () => {
  const [job] = scheduledExports(hourly, due);
  const last = job ? [recordOf(job)] : [];

  it("is overdue when the run before is older than its rate, and three hours", async () => {
    expect(await healthAt("2026-11-23T09:59:00Z", last, { schedule: hourly })).not.toHaveProperty("overdue_since");
    expect(await healthAt("2026-11-23T10:01:00Z", last, { schedule: hourly })).toMatchObject({
      overdue_since: "2026-11-23T07:00:00.000Z",
    });
  });

  it("counts from when it was first seen while it has made nothing", async () => {
    const since = "2026-11-23T06:00:00Z";
    expect(await healthAt("2026-11-23T09:59:00Z", [], { schedule: hourly, since })).toEqual({ schedule: "hourly" });
    expect(await healthAt("2026-11-23T10:01:00Z", [], { schedule: hourly, since })).toHaveProperty("overdue_since");
  });
});

it("tells a rule from the same one paused, and in another zone", () => {
  const rules = [weekly, { ...weekly, enabled: false }, { ...weekly, time_zone: "Europe/Berlin" }, hourly].map(ruleOf);
  expect(new Set(rules).size).toBe(4);
});

describe("the rows of the run before", () => {
  const configuration = { schedules: new Map([weekly, hourly].map((schedule) => [schedule.name, schedule])) };
  const file = { bucket: "b", key: "k", bytes: 1, rows: 212, sha256: "aa", content_type: "text/csv" };
  const rowsSeen = async (schedule: ConfiguredSchedule, now: number, previous: number) => {
    const [job] = scheduledExports(schedule, now);
    const [earlier] = scheduledExports(schedule, previous);
    const records = earlier ? [recordOf(earlier, { file })] : [];
    const find = async (_: number, id: string) => records.find((one) => one.id === id);
    return job && rowsBefore(job, deadline, { configuration, exports: { find } });
  };

  it("are found by when that run was due", async () => {
    expect(await rowsSeen(weekly, due, time("2026-11-16T06:00:00Z"))).toBe(212);
    expect(await rowsSeen(hourly, due, time("2026-11-23T05:00:00Z"))).toBe(212);
    expect(await rowsSeen(weekly, due, time("2026-11-09T06:00:00Z"))).toBeUndefined();
  });

  it("are not known of a schedule that is gone, nor of an export that a caller asked for", async () => {
    const [job] = scheduledExports({ ...weekly, name: "gone" }, due);
    const nothing = { configuration, exports: exportsIn() };
    if (!job) throw new Error("no job");
    expect(await rowsBefore(job, deadline, nothing)).toBeUndefined();
    const { schedule: _, occurrence: __, ...asked } = job;
    expect(await rowsBefore(asked, deadline, nothing)).toBeUndefined();
  });
});

it("adds up how long each phase took, also of what fails", async () => {
  let now = 0;
  const { phases, timed } = stopwatch(() => now);
  const port = {
    async work(milliseconds: number, fails: boolean) {
      now += milliseconds;
      if (fails) throw new Error("no");
      return milliseconds;
    },
    rest: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const { work, rest } = timed(port, { work: "phase" });
  expect(await work(5, false)).toBe(5);
  await expect(work(7, true)).rejects.toThrow("no");
  await rest(9);
  expect(phases).toEqual({ phase_ms: 12 });
});
