import type { Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import type { Deadline } from "../deadline.ts";
import { isPublished } from "../exports/export.ts";
import type { Using } from "../ports/ports.ts";
import { previousRun, rateMs } from "./cron.ts";
import { lastRunOf } from "./last-run.ts";
import { type ExportJob, scheduledExports } from "./schedule.ts";

/** So long after it was due a run may still wait, for Toggl's quota for example, before it counts as overdue. */
const graceMs = 3 * 3600_000;

export interface ScheduleHealth {
  readonly schedule: string;
  /** The run that is due and has not come to an end; ISO 8601. */
  readonly overdue_since?: string;
  /** Hours since what is current was last made or found unchanged. */
  readonly age_hours?: number;
}

type HealthPorts = Using<{ exports: "find"; current: "read"; coordination: "orders"; clock: "now" }>;

/** What decides when a schedule runs; different after it was paused. */
export function ruleOf({ cron, rate, time_zone, enabled }: ConfiguredSchedule): string {
  return `${cron === undefined ? `rate(${rate})` : `cron(${cron}) ${time_zone}`}${enabled ? "" : ", paused"}`;
}

/**
 * Whether a schedule did what it should. A run that failed has come to an end: that is reported elsewhere.
 * @param since milliseconds since 1970
 */
export async function scheduleHealth(
  schedule: ConfiguredSchedule,
  { since }: { since: number },
  deadline: Deadline,
  ports: HealthPorts,
): Promise<ScheduleHealth> {
  const { manifest } = await ports.current.read(schedule.name, deadline);
  const overdue = schedule.enabled ? await overdueRun(schedule, { manifest, since }, deadline, ports) : undefined;
  const completed = (manifest?.entries ?? []).map(({ completed_at }) => Date.parse(completed_at));
  const hours = Math.round((ports.clock.now() - Math.max(...completed)) / 36_000) / 100;
  return {
    schedule: schedule.name,
    ...(overdue !== undefined && { overdue_since: new Date(overdue).toISOString() }),
    ...(completed.length > 0 && { age_hours: hours }),
  };
}

async function overdueRun(
  schedule: ConfiguredSchedule,
  { manifest, since }: { manifest: Manifest | undefined; since: number },
  deadline: Deadline,
  ports: HealthPorts,
): Promise<number | undefined> {
  const { exports, clock } = ports;
  const { cron, rate = "", time_zone, workspace_id } = schedule;
  const mustBeOver = clock.now() - graceMs;
  if (cron === undefined) {
    // Only EventBridge knows when a rate began to count, so it is counted from the run before.
    const last = await lastRunOf(schedule, manifest, deadline, ports);
    const due = Math.max(since, Date.parse(last?.occurrence ?? "") || 0) + (rateMs(rate) ?? 0);
    return due <= mustBeOver ? due : undefined;
  }
  const due = previousRun({ cron, time_zone }, mustBeOver);
  if (due === undefined || due < since) return undefined;
  const jobs = scheduledExports(schedule, due).filter(({ isRefresh }) => !isRefresh);
  const found = await Promise.all(jobs.map(({ id }) => exports.find(workspace_id, id, deadline)));
  return found.every((one) => one !== undefined && !isUnderWay(one)) ? undefined : due;
}

/** Rows of the file that the same schedule made in the run before: its id follows from when that run was due. */
export async function rowsBefore(
  { workspace_id, schedule: name = "", occurrence = "", format }: ExportJob,
  deadline: Deadline,
  { configuration, exports }: Using<{ configuration: "schedules"; exports: "find" }>,
): Promise<number | undefined> {
  const schedule = configuration.schedules.get(name);
  const run = schedule && runBefore(schedule, Date.parse(occurrence));
  if (!schedule || run === undefined) return undefined;
  const job = scheduledExports(schedule, run).find((one) => one.format === format && !one.isRefresh);
  const record = job && (await exports.find(workspace_id, job.id, deadline));
  return record && isPublished(record) ? record.file.rows : undefined;
}

function runBefore({ cron, rate = "", time_zone }: ConfiguredSchedule, occurrence: number): number | undefined {
  if (cron !== undefined) return previousRun({ cron, time_zone }, occurrence);
  return occurrence - (rateMs(rate) ?? 0);
}
