import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { runKey } from "../../../lambdas/core/exports/keys.ts";
import { orderOf } from "../../../lambdas/core/exports/run-order.ts";
import { lastRunOf } from "../../../lambdas/core/schedules/last-run.ts";
import { scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { clockAt, coordinationIn, exportsIn, failedRun } from "../../ports.ts";

const monthly: ConfiguredSchedule = {
  name: "monthly",
  workspace_id: 7,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 3,
  parameters: { currency: "usd" },
};
const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
const november = "2026-11-03T06:00:00Z";

/** The records of a run as the history lists them, newest id first; `statuses` of its own period, by format. */
function runAt(occurrence: string, statuses: Partial<Record<string, ExportStatus>> = {}, schedule = monthly): Export[] {
  return scheduledExports(schedule, Date.parse(occurrence))
    .map(({ isRefresh, ...job }): Export => {
      const status = (!isRefresh && statuses[job.format]) || "succeeded";
      return { ...job, status, created_at: occurrence } as Export;
    })
    .sort((one, other) => (one.id < other.id ? 1 : -1));
}

interface Known {
  readonly schedule?: ConfiguredSchedule;
  readonly now?: string;
  /** Runs that have written down what they make. */
  readonly begun?: readonly [occurrence: string, schedule?: ConfiguredSchedule][];
  /** The run that the manifest has. */
  readonly noted?: string;
}

async function lastOf(
  records: readonly Export[],
  { schedule = monthly, now = "2026-11-20T00:00:00Z", begun = [], noted }: Known = {},
) {
  const orders = new Map(
    begun.map(([occurrence, of = monthly]) => {
      const run = { schedule: of.name, occurrence };
      return [runKey(run), orderOf(of, run)];
    }),
  );
  const manifest = noted === undefined ? undefined : ({ last_run: failedRun(noted) } as Manifest);
  const last = await lastRunOf(schedule, manifest, deadline, {
    clock: clockAt(() => Date.parse(now)),
    exports: exportsIn(new Map(records.map((one) => [one.id, one]))),
    coordination: coordinationIn({ orders }),
  });
  const exports = last?.exports.map(({ format, status }) => `${format} ${status}`).join(", ");
  return last && `${last.from_date}: ${last.status} (${exports})`;
}

describe("the last run of a schedule", () => {
  it.each([2, 3, 5, 9, 11, 12].map((month) => `2026-${String(month).padStart(2, "0")}-03T06:00:00Z`))(
    "has its own period with every format, however the ids of those made again sort: %s",
    async (occurrence) => {
      const own = scheduledExports(monthly, Date.parse(occurrence))[0]?.parameters.start_date;
      expect(await lastOf(runAt(occurrence), { begun: [[occurrence]] })).toBe(
        `${own}: succeeded (csv succeeded, xlsx succeeded)`,
      );
    },
  );

  it("is the newest that has begun, not the worst one", async () => {
    const october = "2026-10-03T06:00:00Z";
    const records = [...runAt(november, { xlsx: "running" }), ...runAt(october, { csv: "failed" })];
    const right = "2026-10-01: running (csv succeeded, xlsx running)";
    expect(await lastOf(records, { begun: [[november], [october]] })).toBe(right);
    expect(await lastOf(records, { begun: [[november]], noted: october })).toBe(right);
  });

  it("is the noted one where none has begun since, and nothing is read for it", async () => {
    const runs: [string][][] = [[], [[november]], [["2026-10-03T06:00:00Z"]]];
    for (const begun of runs) {
      expect(await lastOf([], { begun, noted: november })).toBe("2026-10-01: failed ()");
    }
  });

  it("waits with all its exports until one of them has a record", async () => {
    expect(await lastOf([], { begun: [[november]] })).toBe("2026-10-01: queued (csv queued, xlsx queued)");
  });

  it("is what it promised, though the schedule was changed since", async () => {
    const before = { ...monthly, formats: ["xlsx"] as const };
    const records = runAt(november, { xlsx: "failed" }, before);
    const schedule = { ...monthly, formats: ["csv"] as const };
    expect(await lastOf(records, { schedule, begun: [[november, before]] })).toBe("2026-10-01: failed (xlsx failed)");
  });

  it("is its own, where another schedule ran later", async () => {
    const weekly = { ...monthly, name: "weekly" };
    const later = "2026-11-10T06:00:00Z";
    const records = [...runAt(later, { csv: "failed" }, weekly), ...runAt(november)];
    expect(await lastOf(records, { begun: [[later, weekly], [november]] })).toBe(
      "2026-10-01: succeeded (csv succeeded, xlsx succeeded)",
    );
  });

  it("is found by when it was due where a version of this product ran that wrote nothing down", async () => {
    expect(await lastOf(runAt(november, { xlsx: "failed" }))).toBe("2026-10-01: failed (csv succeeded, xlsx failed)");
    // One that is due and has nothing yet does not hide the one before
    const waiting = { now: "2026-12-03T06:00:05Z" };
    expect(await lastOf(runAt(november), waiting)).toBe("2026-10-01: succeeded (csv succeeded, xlsx succeeded)");
    expect(await lastOf(runAt("2026-08-03T06:00:00Z"))).toBeUndefined(); // more than three runs back
  });

  it("is looked for where it must be, though the schedule is too young to have been due three times", async () => {
    const young = { ...monthly, cron: "0 6 3 11 ? 2026" };
    expect(await lastOf(runAt(november, { xlsx: "failed" }, young), { schedule: young })).toBe(
      "2026-10-01: failed (csv succeeded, xlsx failed)",
    );
    expect(await lastOf([], { schedule: young })).toBeUndefined();
    expect(await lastOf([], { schedule: { ...monthly, cron: "0 6 3 * ? 2027" } })).toBeUndefined(); // first due next year
  });

  it("is nothing where there was no run", async () => {
    expect(await lastOf([])).toBeUndefined();
    expect(await lastOf([], { schedule: { ...monthly, cron: undefined, rate: "1 hour" } })).toBeUndefined();
  });
});
