import { expect, it } from "vitest";
import type { ExportWithLink } from "../../api/export.ts";
import type { ConfiguredSchedule, Run } from "../../api/schedule.ts";
import { backfill } from "../../cli/backfill.ts";
import { planBackfill } from "../../client/backfill-plan.ts";

const monthly = {
  name: "monthly",
  workspace_id: 7,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "Europe/Berlin",
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  refresh_previous: 0,
  previous_period: "none",
  parameters: { currency: "usd" },
} as unknown as ConfiguredSchedule;
const now = Date.parse("2026-11-15T12:00:00Z");

it.each(["0001", "1969-12"])("is refused before there was any Toggl: %s", (from) => {
  expect(() => planBackfill(monthly, { from, to: "2026" }, now)).toThrow(
    `--from must not be before 2006; it is ${from}.`,
  );
});

/** An API that makes everything at once, and has made what is named. */
function instantApi(there: readonly string[]) {
  const statuses = new Map(there.map((id) => [id, "succeeded"]));
  const runs: string[] = [];
  return {
    runs,
    async findExport(_: number, id: string) {
      const status = statuses.get(id);
      return status === undefined
        ? undefined
        : ({
            id,
            status,
            format: "csv",
            parameters: plan.runs.flatMap(({ exports }) => exports).find((job) => job.id === id)?.parameters,
            file: { bytes: 7, key: `${id}.csv` },
          } as unknown as ExportWithLink);
    },
    async runSchedule(_: number, name: string, { occurrence = "" } = {}) {
      runs.push(occurrence);
      const [{ exports = [] } = {}] = planBackfill(monthly, { from: "2026-10", to: "2026-10" }, now).runs;
      for (const { id } of exports) statuses.set(id, "succeeded");
      return {
        schedule: name,
        occurrence,
        exports: exports.map(({ id }) => ({ id, status: "queued" })),
      } as unknown as Run;
    },
  };
}

const span = { from: "2026-09", to: "2026-12" };
const plan = planBackfill(monthly, span, now);
const september = plan.runs[0]?.exports.map(({ id }) => id) ?? [];
const october = plan.runs[1]?.exports.map(({ id }) => id) ?? [];
const options = { schedule: monthly, plan, quota: 8, isDryRun: false, isWatched: true };
const cost = {
  periods: [
    {
      start_date: "2026-09-01",
      end_date: "2026-09-30",
      occurrence: "2026-10-03T04:00:00Z",
      is_there: true,
      export_ids: [],
    },
    {
      start_date: "2026-10-01",
      end_date: "2026-10-31",
      occurrence: "2026-11-03T05:00:00Z",
      is_there: false,
      export_ids: october,
    },
  ],
  periods_there: 1,
  periods_to_make: 1,
  periods_not_over: 2,
  toggl_requests: 2,
  hours_of_quota: 0.25,
  quota_per_hour: 8,
};

it("tells a program what it would cost, and makes nothing then", async () => {
  const api = instantApi(september);
  const result = await backfill({ ...options, isDryRun: true }, { api, print: () => {} });
  expect(result).toEqual({ plan: cost, failed: 0 });
  expect(api.runs).toEqual([]);
});

it.each([
  [true, "succeeded"],
  [false, "queued"],
])("tells a program what it made, looked at until the end: %s", async (isWatched, status) => {
  const api = instantApi(september);
  const result = await backfill({ ...options, isWatched }, { api, print: () => {} });
  expect(result).toMatchObject({ plan: cost, exports: october.map((id) => ({ id, status })), failed: 0 });
  expect(api.runs).toEqual(["2026-11-03T05:00:00Z"]);
});

it.each([
  [{ from: "2026-11", to: "2026-12" }, "nothing to make: none of the 2 periods is over yet"],
  [{ from: "2026-10-05", to: "2026-10-20" }, "nothing to make: no whole period lies between these days"],
])("says once that nothing is to be made of %j", async (days, sentence) => {
  const lines: string[] = [];
  const none = { ...options, plan: planBackfill(monthly, days, now) };
  await backfill(none, { api: instantApi([]), print: (line) => lines.push(line) });
  expect(lines).toEqual(["monthly: profitability/projects as csv and xlsx, workspace 7", `  ${sentence}`]);
});
