import type { S3Client } from "@aws-sdk/client-s3";
import { ulid } from "ulid";
import { afterAll, beforeAll } from "vitest";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { currentFiles } from "../../../lambdas/adapters/s3/current-files.ts";
import { exportRecords } from "../../../lambdas/adapters/s3/export-records.ts";
import { fileKey, filePrefix, recordKey } from "../../../lambdas/core/exports/keys.ts";
import { earlierExportId } from "../../../lambdas/core/schedules/current.ts";
import { bringIntoCurrent } from "../../../lambdas/core/schedules/keep-current.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { deadlineAt } from "../../../lambdas/http/deadline-at.ts";
import { putAll } from "../../local/put-all.ts";
import { type S3Server, testS3 } from "../../local/s3-server.ts";
import { inPagesOf } from "../../local/small-pages.ts";
import { clockAt } from "../../ports.ts";
import { reportedCases } from "../../reported/reported-cases.ts";

const deadline = () => deadlineAt(Date.now() + 60_000, Date.now());
let server: S3Server;
let s3: S3Client;
beforeAll(async () => {
  server = await testS3();
  s3 = inPagesOf(10, server.client());
});
afterAll(() => server.close());

const where = () => ({ s3, bucket: server.bucket });

/** A monthly schedule of a workspace that nothing else is in. */
const monthlyOf = (workspace_id: number, more: Partial<ConfiguredSchedule> = {}): ConfiguredSchedule => ({
  name: `monthly-${workspace_id}`,
  workspace_id,
  report: "profitability/projects",
  formats: ["csv"],
  cron: "0 6 3 * ? *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 2,
  parameters: { currency: "usd" },
  ...more,
});

const third = (month: number) => Date.UTC(2026, month - 1, 3, 6);

/** The job that a run gives to a month of 2026. */
function jobFor(schedule: ConfiguredSchedule, run: number, month: number): ExportJob {
  const start = `2026-${String(month).padStart(2, "0")}-01`;
  const job = scheduledExports(schedule, run).find(({ parameters }) => parameters.start_date === start);
  if (!job) throw new Error(`This run makes nothing for ${start}.`);
  return job;
}

/** A published export: its file and its record. */
function published({ isRefresh: _, ...job }: ExportJob, recorded = true): [string, string][] {
  const key = fileKey(job);
  const file = { bucket: server.bucket, key, bytes: 1, sha256: "0".repeat(64), content_type: "text/csv" };
  const record = {
    ...job,
    status: "succeeded",
    created_at: "2026-11-03T06:00:00Z",
    completed_at: "2026-11-03T06:00:00Z",
    file,
  };
  return [
    [key, "x"],
    ...(recorded ? [[recordKey(job.workspace_id, job.id), JSON.stringify(record)] as [string, string]] : []),
  ];
}

/** Exports of callers for the days of a job, spread evenly over some time. */
function callers(job: ExportJob, count: number, from: number, to: number, recorded = false): [string, string][] {
  return Array.from({ length: count }, (_, at) => {
    const time = Math.round(from + ((to - from) * at) / count) + (at % 2); // some at a whole second, as a schedule's are
    const { schedule, occurrence, ...order } = job;
    return published({ ...order, id: ulid(time, () => 0.5), requested_by: "http" }, recorded);
  }).flat();
}

/** Which run's export is found for October by the run of December, of those that its schedule made and of all others. */
async function found(schedule: ConfiguredSchedule, own: readonly ExportJob[], others: readonly [string, string][]) {
  await putAll(s3, server.bucket, [...own.flatMap((job) => published(job)), ...others]);
  const current = currentFiles(where());
  const ports = {
    configuration: { schedules: new Map([[schedule.name, schedule]]) },
    current,
    clock: clockAt(Date.now),
  };
  const { find } = exportRecords(where());
  for (const { workspace_id, id } of own) {
    const record = await find(workspace_id, id, deadline());
    if (record?.status === "succeeded") await bringIntoCurrent(record, deadline(), ports);
  }
  const { manifest } = await current.read(schedule.name, deadline());
  return earlierExportId(manifest, jobFor(schedule, third(12), 10));
}

const october = (schedule: ConfiguredSchedule, run = third(11)) => jobFor(schedule, run, 10);

reportedCases("The schedule's earlier file is found among any number of others for the same days", [
  {
    name: "twelve pages of callers' exports before and after it",
    before: "not found: no restatement",
    right: october(monthlyOf(1)).id,
    now: async () => {
      const job = october(monthlyOf(1));
      const before = callers(job, 60, third(11) - 1e9, third(11) - 1000);
      return found(monthlyOf(1), [job], [...before, ...callers(job, 60, third(11) + 1000, third(12))]);
    },
  },
  {
    name: "52 exports of callers after it, with their records",
    before: "not found: no restatement",
    right: october(monthlyOf(3)).id,
    now: async () => {
      const job = october(monthlyOf(3));
      return found(monthlyOf(3), [job], callers(job, 52, third(11) + 1000, third(12) - 1000, true));
    },
  },
  {
    name: "60 exports of another schedule after it",
    before: "not found: no restatement",
    right: october(monthlyOf(4)).id,
    now: async () => {
      const job = october(monthlyOf(4));
      const other = monthlyOf(4, { name: "other" });
      const others = Array.from({ length: 60 }, (_, day) => published(october(other, third(11) + (day + 1) * 1000)));
      return found(monthlyOf(4), [job], others.flat());
    },
  },
  {
    name: "12 runs of its own: the latest",
    before: "right",
    right: october(monthlyOf(5), third(11) + 12_000).id,
    now: async () => {
      const runs = Array.from({ length: 12 }, (_, at) => october(monthlyOf(5), third(11) + (at + 1) * 1000));
      return found(monthlyOf(5), runs, []);
    },
  },
  {
    name: "none of its own with the same parameters",
    before: "right",
    right: undefined,
    now: async () => {
      const euros = october(monthlyOf(6, { parameters: { currency: "eur" } }));
      return found(monthlyOf(6), [euros], callers(october(monthlyOf(6)), 3, third(11), third(12), true));
    },
  },
  {
    name: "what is no export at all beside it",
    before: "right",
    right: october(monthlyOf(7)).id,
    now: async () => {
      const job = october(monthlyOf(7));
      const prefix = filePrefix(job);
      return found(
        monthlyOf(7),
        [job],
        [
          [`${prefix}0-copy.csv`, ""],
          [`${prefix}notes`, ""],
        ],
      );
    },
  },
]);
