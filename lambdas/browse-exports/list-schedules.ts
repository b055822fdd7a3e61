import { nextRuns, previousRun, rateMs } from "../core/cron.ts";
import type { Deadline } from "../core/deadline.ts";
import type { Export } from "../core/export.ts";
import type { Schedule } from "../core/schedule.ts";
import { scheduledExports } from "../core/scheduled-exports.ts";
import { isoTime } from "../core/times.ts";
import type { ListExportsNeeds } from "./list-exports.ts";

export interface ListSchedulesNeeds extends ListExportsNeeds {
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly now: () => number;
}

/** How much of the history is looked at for what each schedule made last. */
const mostLookedAt = 100;

/** A workspace's schedules: what each makes, when it runs next, and what it made last. */
export async function listSchedules(workspaceId: number, deadline: Deadline, needs: ListSchedulesNeeds) {
  const own = [...needs.schedules.values()].filter(({ workspace_id }) => workspace_id === workspaceId);
  if (own.length === 0) return { schedules: [] };
  const { exports } = await needs.listPage({ workspaceId, limit: mostLookedAt }, deadline);
  const described = own.map(async (schedule) => {
    const recent = exports.find((made) => made.schedule === schedule.name);
    const last = recent ?? (await exportOfPreviousRun(schedule, deadline, needs));
    const next = schedule.enabled ? nextRun(schedule, last, needs.now()) : undefined;
    return { ...schedule, ...(next && { next_run_at: isoTime(next) }), ...(last && { last_export: last }) };
  });
  return { schedules: await Promise.all(described) };
}

/** The first file of the run before, for a schedule that runs so rarely that it is not among the latest exports. */
async function exportOfPreviousRun(schedule: Schedule, deadline: Deadline, { findExport, now }: ListSchedulesNeeds) {
  const { cron, time_zone, workspace_id } = schedule;
  const run = cron === undefined ? undefined : previousRun({ cron, time_zone }, now());
  const [job] = run === undefined ? [] : scheduledExports(schedule, run);
  return job && findExport(workspace_id, job.id, deadline);
}

/** A rate counts from a moment that only EventBridge knows: from the last run on it is known here too. */
function nextRun({ cron, rate, time_zone }: Schedule, last: Export | undefined, now: number): number | undefined {
  if (cron !== undefined) return nextRuns({ cron, time_zone }, now, 1)[0];
  const step = rateMs(rate ?? "");
  if (step === undefined || last?.occurrence === undefined) return undefined;
  const since = Date.parse(last.occurrence);
  return since + Math.max(1, Math.ceil((now - since) / step)) * step;
}
