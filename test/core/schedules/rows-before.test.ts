import { expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { rowsBefore } from "../../../lambdas/core/schedules/schedule-health.ts";
import { withinMs } from "../../adapters/toggl/client.ts";
import { monthly, schedulesOf } from "../../handlers/answer.ts";

const november = Date.UTC(2026, 10, 3, 5);
const october = Date.UTC(2026, 9, 3, 4);
const jobOf = (schedule: typeof monthly, run: number, format = "xlsx") =>
  scheduledExports(schedule, run).find((one) => one.format === format && !one.isRefresh) as ExportJob;

/** Rows by the ids of exports. */
const rowsOf = (known: Record<string, number | undefined>, schedule = monthly) =>
  rowsBefore({ ...jobOf(schedule, november), occurrence: new Date(november).toISOString() }, withinMs(10_000), {
    configuration: { schedules: schedulesOf(schedule) },
    exports: {
      find: async (_, id) => (id in known ? ({ id, file: { rows: known[id] } } as unknown as Export) : undefined),
    },
  });

it("are those of the same format's own period in the run before", async () => {
  const schedule = { ...monthly, refresh_previous: 1, time_zone: "Europe/Berlin", cron: "0 6 3 * ? *" };
  const run = scheduledExports(schedule, october);
  const own = jobOf(schedule, october).id;
  const known = Object.fromEntries(run.map(({ id }, at) => [id, at]));
  expect(await rowsOf(known, schedule)).toBe(known[own]);
  expect(await rowsOf({ [own]: 12 }, schedule)).toBe(12);
});

it("are those of a rate's run one rate before", async () => {
  const { cron: _, ...rest } = monthly;
  const schedule = { ...rest, rate: "7 days" } as typeof monthly;
  const { id } = jobOf(schedule, november - 7 * 86_400_000);
  expect(await rowsOf({ [id]: 5 }, schedule)).toBe(5);
});

it("are unknown without that export, its file or its schedule", async () => {
  expect(await rowsOf({})).toBeUndefined();
  const job = { ...jobOf(monthly, november), schedule: "gone" };
  const configuration = { schedules: schedulesOf(monthly) };
  const unasked = { configuration, exports: { find: () => Promise.reject(new Error("was looked for")) } };
  expect(await rowsBefore(job, withinMs(10_000), unasked)).toBeUndefined();
  const withoutFile = { configuration, exports: { find: async () => ({ status: "failed" }) as Export } };
  const failed = { ...jobOf(monthly, november), occurrence: new Date(november).toISOString() };
  expect(await rowsBefore(failed, withinMs(10_000), withoutFile)).toBeUndefined();
});
