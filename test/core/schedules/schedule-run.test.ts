import { expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import { runEvent } from "../../../lambdas/core/schedules/run-event.ts";
import { scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { isRunOver, scheduleRun } from "../../../lambdas/core/schedules/schedule-run.ts";
import { monthly } from "../../handlers/answer.ts";

const schedule = {
  ...monthly,
  period: "previous-month",
  formats: ["csv", "xlsx"] as const,
  refresh_previous: 2,
  time_zone: "UTC",
};
const jobs = scheduledExports(schedule, Date.UTC(2026, 10, 3, 6));

type State = ExportStatus | "unchanged" | "restated" | undefined;

/** A record for each job: two of the run's own period, then four of the periods before. */
const recordsOf = (...states: State[]): Export[] =>
  states.flatMap((state, at) => {
    if (state === undefined) return [];
    const status = state === "unchanged" || state === "restated" ? "succeeded" : state;
    const more = { ...(state === "unchanged" && { unchanged: true }), ...(state === "restated" && { restates: "01" }) };
    return [{ ...jobs[at], status, created_at: "2026-11-03T06:00:00Z", ...more } as Export];
  });

it("has its own period with every format, and counts over all that it makes", () => {
  const run = scheduleRun(jobs, recordsOf("succeeded", "failed", "unchanged", "restated", "deferred", "failed"));
  expect(run).toEqual({
    occurrence: "2026-11-03T06:00:00Z",
    from_date: "2026-10-01",
    to_date: "2026-10-31",
    status: "failed",
    exports: [
      { id: jobs[0]?.id, workspace_id: schedule.workspace_id, format: "csv", status: "succeeded" },
      { id: jobs[1]?.id, workspace_id: schedule.workspace_id, format: "xlsx", status: "failed" },
    ],
    unchanged: 1,
    restated: 1,
    deferred: 1,
    failed: 2,
  });
});

it.each<[State, State, ExportStatus]>([
  ["succeeded", "unchanged", "succeeded"],
  ["running", "succeeded", "running"],
  ["running", "queued", "queued"],
  ["deferred", "queued", "deferred"],
  ["deferred", "failed", "failed"],
  ["succeeded", undefined, "queued"],
])("is as bad as the worst of %s and %s", (one, other, status) => {
  expect(scheduleRun(jobs, recordsOf(one, other, "failed"))?.status).toBe(status);
});

it("has succeeded in no format whose record has a status that only a later version of this product knows", () => {
  const [csv, ...others] = recordsOf("succeeded", "succeeded");
  const unknown = { ...csv, status: "cancelled" } as unknown as Export;
  expect(scheduleRun(jobs.slice(0, 1), [unknown])?.status).toBe("queued");
  expect(scheduleRun(jobs.slice(0, 2), [unknown, ...others])?.exports.map(({ status }) => status)).toEqual([
    "cancelled",
    "succeeded",
  ]);
});

it("is over once each of its exports is, and not before", () => {
  expect(isRunOver(jobs, recordsOf("succeeded", "failed", "unchanged", "restated", "failed", "succeeded"))).toBe(true);
  for (const open of ["queued", "running", "deferred", undefined] as const) {
    expect(isRunOver(jobs, recordsOf("succeeded", "failed", "unchanged", "restated", "failed", open)), open).toBe(
      false,
    );
  }
});

it("is the refreshed periods' where it makes nothing else, and nothing where it makes nothing", () => {
  const refreshed = jobs.filter(({ isRefresh }) => isRefresh);
  expect(scheduleRun(refreshed, [])?.from_date).toBe("2026-09-01");
  expect(scheduleRun([], [])).toBeUndefined();
});

/** The event about a run of these states. */
const eventOf = (...states: State[]) => {
  const run = scheduleRun(jobs, recordsOf(...states));
  return runEvent(schedule, run as NonNullable<typeof run>, { apiUrl: "https://api/v1", stackName: "S" });
};

it("is told in a sentence, with its counts as data", () => {
  const { type, detail } = eventOf("succeeded", "succeeded", "unchanged", "restated", "failed", "failed");
  expect(type).toBe("Run Completed");
  expect(detail).toMatchObject({
    schedule: schedule.name,
    status: "succeeded",
    restated: 1,
    failed: 2,
  });
  expect(detail.summary).toBe(
    `Run Completed: ${schedule.name} for 2026-10-01 to 2026-10-31, workspace ${schedule.workspace_id}: csv and xlsx succeeded. Of all its exports 1 unchanged, 1 restated, 2 failed.`,
  );
});

it("is told without counts of nothing", () => {
  const made = `Run Completed: ${schedule.name} for 2026-10-01 to 2026-10-31, workspace ${schedule.workspace_id}: csv and xlsx succeeded.`;
  const nothingOdd = eventOf("succeeded", "succeeded", "succeeded", "succeeded", "succeeded", "succeeded");
  expect(nothingOdd.detail.summary).toBe(made);
  const oneRestated = eventOf("succeeded", "succeeded", "succeeded", "restated", "succeeded", "succeeded");
  expect(oneRestated.detail.summary).toBe(`${made} Of all its exports 1 restated.`);
});

it("is told with where programs find the schedule and what became of its runs", () => {
  const { detail } = eventOf("succeeded", "succeeded");
  expect(detail.schedule_url).toBe(`https://api/v1/workspace/${schedule.workspace_id}/schedules`);
});
