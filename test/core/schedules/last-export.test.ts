import { describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { lastExportOf } from "../../../lambdas/core/schedules/schedule-health.ts";
import { clockAt } from "../../ports.ts";

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

async function lastOf(
  records: readonly Export[],
  { latest = records, now = "2026-11-20T00:00:00Z", schedule = monthly } = {},
) {
  const last = await lastExportOf(schedule, latest, deadline, {
    clock: clockAt(() => Date.parse(now)),
    exports: { find: async (_, id) => records.find((one) => one.id === id) },
  });
  return last && `${last.format} of ${last.parameters.start_date}: ${last.status}`;
}

describe("what a schedule made last", () => {
  it.each([2, 3, 5, 9, 11, 12].map((month) => `2026-${String(month).padStart(2, "0")}-03T06:00:00Z`))(
    "is of the run's own period, however the ids of those made again sort: %s",
    async (occurrence) => {
      const own = scheduledExports(monthly, Date.parse(occurrence))[0]?.parameters.start_date;
      expect(await lastOf(runAt(occurrence))).toBe(`csv of ${own}: succeeded`);
    },
  );

  it.each<[Partial<Record<string, ExportStatus>>, string]>([
    [{ xlsx: "failed" }, "xlsx of 2026-10-01: failed"],
    [{ csv: "failed", xlsx: "deferred" }, "csv of 2026-10-01: failed"],
    [{ csv: "queued", xlsx: "deferred" }, "xlsx of 2026-10-01: deferred"],
    [{ xlsx: "running" }, "xlsx of 2026-10-01: running"],
    [{ csv: "running", xlsx: "queued" }, "xlsx of 2026-10-01: queued"],
  ])("is the file that went worst: %j", async (statuses, expected) => {
    expect(await lastOf(runAt(november, statuses))).toBe(expected);
  });

  it("is of the newest run, not of the worst one", async () => {
    const records = [...runAt(november), ...runAt("2026-10-03T06:00:00Z", { csv: "failed" })];
    expect(await lastOf(records)).toBe("csv of 2026-10-01: succeeded");
  });

  it("is found where only files that were made again are among the latest", async () => {
    const records = runAt(november, { xlsx: "failed" });
    const latest = records.filter(({ parameters }) => parameters.start_date !== "2026-10-01");
    expect(await lastOf(records, { latest })).toBe("xlsx of 2026-10-01: failed");
  });

  it("is of the run's own period, too, for a run from before the formats were changed", async () => {
    const records = runAt(november, { xlsx: "failed" }, { ...monthly, formats: ["xlsx"] });
    expect(await lastOf(records, { schedule: { ...monthly, formats: ["csv"] } })).toBe("xlsx of 2026-10-01: failed");
  });

  it("is found by when it was due where other schedules fill the history", async () => {
    expect(await lastOf(runAt(november, { xlsx: "failed" }), { latest: [] })).toBe("xlsx of 2026-10-01: failed");
    // One that is due and has nothing yet does not hide the one before
    const waiting = { latest: [], now: "2026-12-03T06:00:05Z" };
    expect(await lastOf(runAt(november), waiting)).toBe("csv of 2026-10-01: succeeded");
  });

  it("is nothing where there was no run", async () => {
    expect(await lastOf([])).toBeUndefined();
    expect(await lastOf([], { schedule: { ...monthly, cron: undefined, rate: "1 hour" } })).toBeUndefined();
  });
});

describe("what a schedule made last, among others", () => {
  const weekly = { ...monthly, name: "weekly" };

  it("is its own, where another schedule ran later", async () => {
    const theirs = runAt("2026-11-10T06:00:00Z", { csv: "failed" }, weekly);
    expect(await lastOf([...theirs, ...runAt(november)])).toBe("csv of 2026-10-01: succeeded");
  });

  it("is of its own run alone, for a run from before the formats were changed", async () => {
    const before = { ...monthly, formats: ["xlsx"] as const };
    const asXlsx = (more: Partial<ConfiguredSchedule> = {}) => ({ ...before, ...more });
    const records = [
      ...runAt(november, {}, before),
      ...runAt(november, { xlsx: "failed" }, asXlsx({ name: "weekly" })),
      ...runAt("2026-10-03T06:00:00Z", { xlsx: "failed" }, before),
    ];
    const schedule = { ...monthly, formats: ["csv"] as const };
    expect(await lastOf(records, { schedule })).toBe("xlsx of 2026-10-01: succeeded");
  });

  it("is not one of the files made again that failed, for such a run", async () => {
    const before = { ...monthly, formats: ["xlsx"] as const };
    const records = runAt(november, {}, before).map((made): Export => {
      return made.parameters.start_date === "2026-10-01" ? made : ({ ...made, status: "failed" } as Export);
    });
    const schedule = { ...monthly, formats: ["csv"] as const };
    expect(await lastOf(records, { schedule })).toBe("xlsx of 2026-10-01: succeeded");
  });

  it("is there where one of its formats has no record yet", async () => {
    const records = runAt(november).filter(({ format }) => format === "xlsx");
    expect(await lastOf(records)).toBe("xlsx of 2026-10-01: succeeded");
  });

  it("is looked for three runs back, and nothing is read that is in the history already", async () => {
    const read: string[] = [];
    const look = (latest: readonly Export[]) =>
      lastExportOf(monthly, latest, deadline, {
        clock: clockAt(() => Date.parse("2026-11-20T00:00:00Z")),
        exports: { find: async (_, id) => void read.push(id) as undefined },
      });
    expect(await look([])).toBeUndefined();
    expect(read).toHaveLength(6);
    read.length = 0;
    expect(await look(runAt(november))).toBeDefined();
    expect(read).toEqual([]);
  });
});
