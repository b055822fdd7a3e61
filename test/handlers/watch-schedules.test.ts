import { beforeEach, describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import type { Manifest } from "../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import type { WatchNote } from "../../lambdas/core/ports/coordination.ts";
import { scheduledExports } from "../../lambdas/core/schedules/schedule.ts";
import { ruleOf } from "../../lambdas/core/schedules/schedule-health.ts";
import { watchSchedules } from "../../lambdas/watch-schedules/handler.ts";
import { clockAt, coordinationIn, keptTelemetry } from "../ports.ts";
import { exportOf, monthly, schedulesOf } from "./answer.ts";

let time: number;
let schedules: ConfiguredSchedule[];
let history: Map<number, Export[]>;
let notes: Map<string, WatchNote>;
let listed: string[];
let measured: object[];
let logged: object[];
let ended: number;

beforeEach(() => {
  time = Date.parse("2026-11-03T12:00:00Z");
  schedules = [monthly];
  history = new Map();
  notes = new Map([["monthly", { rule: ruleOf(monthly), since: "2026-10-01T00:00:00Z" }]]);
  listed = [];
  measured = [];
  logged = [];
  ended = 0;
});

const watch = (remainingMs = 60_000) =>
  watchSchedules({
    configuration: { schedules: schedulesOf(...schedules) },
    exports: {
      find: async (workspaceId, id) => history.get(workspaceId)?.find((made) => made.id === id),
    },
    current: {
      async read(name, deadline) {
        listed.push(name);
        deadline.signal.addEventListener("abort", () => ended++);
        const made = [...history.values()].flat().filter(({ schedule }) => schedule === name);
        const entries = made.flatMap((one) => (one.status === "succeeded" ? [{ completed_at: one.completed_at }] : []));
        return { manifest: { schedule: name, entries } as unknown as Manifest, version: "1" };
      },
    },
    coordination: coordinationIn({ watches: notes }),
    clock: clockAt(() => time),
    telemetry: keptTelemetry(logged, measured),
  })({}, { awsRequestId: "7f1c", getRemainingTimeInMillis: () => remainingMs });

const madeAt = (occurrence: string, schedule = monthly): Export[] =>
  scheduledExports({ ...schedule, refresh_previous: 0 }, Date.parse(occurrence)).map((job) =>
    exportOf({ ...job, completed_at: "2026-11-03T06:30:00Z" }),
  );

describe("the watcher", () => {
  it("measures how old what a schedule made is, and that nothing is overdue", async () => {
    history.set(123, madeAt("2026-11-03T06:00:00Z"));
    expect(await watch()).toEqual([{ schedule: "monthly", age_hours: 5.5 }]);
    expect(measured).toEqual([{ ScheduleAgeHours: 5.5, schedule: "monthly" }, { SchedulesOverdue: 0 }]);
    expect(logged).toEqual([]);
  });

  it("reports each run that is missing, with how old the last one is", async () => {
    history.set(123, madeAt("2026-10-03T06:00:00Z"));
    await watch();
    const overdue_since = "2026-11-03T06:00:00.000Z";
    const fields = { request_id: "7f1c", schedule: "monthly", overdue_since, age_hours: 5.5 };
    expect(logged).toEqual([{ level: "ERROR", message: "schedule overdue", ...fields }]);
    expect(measured).toContainEqual({ SchedulesOverdue: 1 });
  });

  it("measures no age of a schedule that never made anything", async () => {
    expect(await watch()).toEqual([{ schedule: "monthly", overdue_since: "2026-11-03T06:00:00.000Z" }]);
    expect(measured).toEqual([{ SchedulesOverdue: 1 }]);
  });

  it("reads one manifest for each schedule, and no history", async () => {
    const theirs = { ...monthly, name: "theirs", workspace_id: 5 };
    schedules = [monthly, { ...monthly, name: "second" }, theirs];
    history.set(123, madeAt("2026-11-03T06:00:00Z"));
    history.set(5, madeAt("2026-11-03T06:00:00Z", theirs));
    const health = await watch();
    expect(listed).toEqual(["monthly", "second", "theirs"]);
    expect(health).toMatchObject([{ age_hours: 5.5 }, { schedule: "second" }, { schedule: "theirs", age_hours: 5.5 }]);
    expect(health[1]).not.toHaveProperty("age_hours");
  });

  it("notes a schedule that it sees for the first time: no run before that is missing", async () => {
    notes.clear();
    expect(await watch()).toEqual([{ schedule: "monthly" }]);
    expect(notes.get("monthly")).toEqual({ rule: ruleOf(monthly), since: "2026-11-03T12:00:00Z" });
  });

  it("begins again with a schedule that runs at other times now, and leaves the note of one that does not", async () => {
    const before = notes.get("monthly");
    await watch();
    expect(notes.get("monthly")).toBe(before);
    schedules = [{ ...monthly, cron: "0 7 3 * ? *" }];
    expect(await watch()).toEqual([{ schedule: "monthly" }]);
    expect(notes.get("monthly")).toMatchObject({ since: "2026-11-03T12:00:00Z" });
  });

  it("keeps a second to say what it found", async () => {
    await watch(1000);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe(1);
  });
});
