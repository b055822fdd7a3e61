import type { Export } from "../../../api/export.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import type { Deadline } from "../deadline.ts";
import { isPublished } from "../exports/export.ts";
import type { Using } from "../ports/ports.ts";
import { previousRun, rateMs } from "./cron.ts";
import { type ExportJob, scheduledExports } from "./schedule.ts";

/** So long after it was due a run may still wait, for Toggl's quota for example, before it counts as overdue. */
const graceMs = 3 * 3600_000;

export interface ScheduleHealth {
  readonly schedule: string;
  /** The run that is due and has not come to an end; ISO 8601. */
  readonly overdue_since?: string;
  /** Hours since it last made a file. */
  readonly age_hours?: number;
}

type HealthPorts = Using<{ exports: "find"; clock: "now" }>;

/** What decides when a schedule runs; different after it was paused. */
export function ruleOf({ cron, rate, time_zone, enabled }: ConfiguredSchedule): string {
  return `${cron === undefined ? `rate(${rate})` : `cron(${cron}) ${time_zone}`}${enabled ? "" : ", paused"}`;
}

/**
 * Whether a schedule did what it should. A run that failed has come to an end: that is reported elsewhere.
 * @param latest the workspace's latest exports, newest first
 * @param since milliseconds since 1970
 */
export async function scheduleHealth(
  schedule: ConfiguredSchedule,
  { latest, since }: { latest: readonly Export[]; since: number },
  deadline: Deadline,
  ports: HealthPorts,
): Promise<ScheduleHealth> {
  const last = await lastExportOf(schedule, latest, deadline, ports);
  const overdue = schedule.enabled ? await overdueRun(schedule, { last, since }, deadline, ports) : undefined;
  const completedAt = last?.status === "succeeded" ? last.completed_at : undefined;
  return {
    schedule: schedule.name,
    ...(overdue !== undefined && { overdue_since: new Date(overdue).toISOString() }),
    ...(completedAt && { age_hours: Math.round((ports.clock.now() - Date.parse(completedAt)) / 36_000) / 100 }),
  };
}

async function overdueRun(
  schedule: ConfiguredSchedule,
  { last, since }: { last: Export | undefined; since: number },
  deadline: Deadline,
  { exports, clock }: HealthPorts,
): Promise<number | undefined> {
  const { cron, rate = "", time_zone, workspace_id } = schedule;
  const mustBeOver = clock.now() - graceMs;
  if (cron === undefined) {
    // Only EventBridge knows when a rate began to count, so it is counted from the run before.
    const due = Math.max(since, Date.parse(last?.occurrence ?? "") || 0) + (rateMs(rate) ?? 0);
    return due <= mustBeOver ? due : undefined;
  }
  const due = previousRun({ cron, time_zone }, mustBeOver);
  if (due === undefined || due < since) return undefined;
  const jobs = scheduledExports(schedule, due).filter(({ isRefresh }) => !isRefresh);
  const found = await Promise.all(jobs.map(({ id }) => exports.find(workspace_id, id, deadline)));
  return found.every((one) => one !== undefined && !isUnderWay(one)) ? undefined : due;
}

/** How much of the history is looked at for what each schedule made last. */
export const maxLookedAt = 100;

/** How many runs back it is looked for what a schedule made that is not in that part of the history. */
const maxRunsBack = 3;

/** What people have to know of first. */
const worstFirst: readonly ExportStatus[] = ["failed", "deferred", "queued", "running", "succeeded"];

/**
 * What a schedule's last run came to: of the files of its own period, not of those that it makes again, the one that went
 * worst. The run is that of the newest export in the history, or for a schedule that runs so rarely that it is not there,
 * one of the last that were due.
 * @param latest the workspace's latest exports, newest first
 */
export async function lastExportOf(
  schedule: ConfiguredSchedule,
  latest: readonly Export[],
  deadline: Deadline,
  { exports, clock }: HealthPorts,
): Promise<Export | undefined> {
  const newest = latest.find((record) => record.schedule === schedule.name);
  if (newest?.occurrence !== undefined) {
    return (await worstOf(Date.parse(newest.occurrence))) ?? worst(newestPeriod(latest.filter(isOfRun(newest))));
  }
  const { cron, time_zone } = schedule;
  let before: number | undefined = clock.now();
  for (let run = 0; run < maxRunsBack && cron !== undefined && before !== undefined; run++) {
    before = previousRun({ cron, time_zone }, before);
    const missed = before === undefined ? undefined : await worstOf(before);
    if (missed) return missed;
  }
  return undefined;

  async function worstOf(occurrence: number): Promise<Export | undefined> {
    const own = scheduledExports({ ...schedule, refresh_previous: 0 }, occurrence);
    const found = await Promise.all(
      own.map(async ({ id, workspace_id }) => {
        return latest.find((record) => record.id === id) ?? (await exports.find(workspace_id, id, deadline));
      }),
    );
    return worst(found.filter((record) => record !== undefined));
  }
}

function worst(exports: readonly Export[]): Export | undefined {
  return exports.toSorted((one, other) => worstFirst.indexOf(one.status) - worstFirst.indexOf(other.status))[0];
}

function isOfRun({ schedule, occurrence }: Export) {
  return (record: Export) => record.schedule === schedule && record.occurrence === occurrence;
}

/** For a run before the schedule's formats or period were changed, whose ids are not those of now. */
function newestPeriod(exports: readonly Export[]): readonly Export[] {
  const last = exports
    .map(({ parameters }) => parameters.end_date ?? "")
    .sort()
    .at(-1);
  return exports.filter(({ parameters }) => (parameters.end_date ?? "") === last);
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
