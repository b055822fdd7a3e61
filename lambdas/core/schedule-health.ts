import { previousRun, rateMs } from "./cron.ts";
import type { Deadline } from "./deadline.ts";
import type { Export } from "./export.ts";
import { lastExportOf } from "./last-export.ts";
import type { Schedule } from "./schedule.ts";
import { scheduledExports } from "./scheduled-exports.ts";

/** So long after it was due a run may still wait, for Toggl's quota for example, before it counts as overdue. */
const graceMs = 3 * 3600_000;

/** Since when a schedule has been the way it is: no run before that can be missing. */
export interface WatchNote {
  /** When it runs. */
  readonly rule: string;
  /** ISO 8601. */
  readonly since: string;
}

export interface ScheduleHealth {
  readonly schedule: string;
  /** The run that is due and has not come to an end; ISO 8601. */
  readonly overdue_since?: string;
  /** Hours since it last made a file. */
  readonly age_hours?: number;
}

interface HealthNeeds {
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly now: () => number;
}

/** What decides when a schedule runs; different after it was paused. */
export function ruleOf({ cron, rate, time_zone, enabled }: Schedule): string {
  return `${cron === undefined ? `rate(${rate})` : `cron(${cron}) ${time_zone}`}${enabled ? "" : ", paused"}`;
}

/**
 * Whether a schedule did what it should. A run that failed has come to an end: that is told of elsewhere.
 * @param latest the workspace's latest exports, newest first
 * @param since milliseconds since 1970
 */
export async function scheduleHealth(
  schedule: Schedule,
  { latest, since }: { latest: readonly Export[]; since: number },
  deadline: Deadline,
  needs: HealthNeeds,
): Promise<ScheduleHealth> {
  const last = await lastExportOf(schedule, latest, deadline, needs);
  const overdue = schedule.enabled ? await overdueRun(schedule, { last, since }, deadline, needs) : undefined;
  const made = last?.status === "succeeded" ? last.completed_at : undefined;
  return {
    schedule: schedule.name,
    ...(overdue !== undefined && { overdue_since: new Date(overdue).toISOString() }),
    ...(made && { age_hours: Math.round((needs.now() - Date.parse(made)) / 36_000) / 100 }),
  };
}

async function overdueRun(
  schedule: Schedule,
  { last, since }: { last: Export | undefined; since: number },
  deadline: Deadline,
  { findExport, now }: HealthNeeds,
): Promise<number | undefined> {
  const { cron, rate = "", time_zone, workspace_id } = schedule;
  const mustBeOver = now() - graceMs;
  if (cron === undefined) {
    // Only EventBridge knows when a rate began to count, so it is counted from the run before.
    const due = Math.max(since, Date.parse(last?.occurrence ?? "") || 0) + (rateMs(rate) ?? 0);
    return due <= mustBeOver ? due : undefined;
  }
  const due = previousRun({ cron, time_zone }, mustBeOver);
  if (due === undefined || due < since) return undefined;
  const jobs = scheduledExports(schedule, due).filter(({ isRefresh }) => !isRefresh);
  const found = await Promise.all(jobs.map(({ id }) => findExport(workspace_id, id, deadline)));
  return found.every((one) => one?.status === "succeeded" || one?.status === "failed") ? undefined : due;
}
