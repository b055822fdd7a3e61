import type { Export } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { isoTime } from "../../api/times.ts";
import type { Deadline } from "../core/deadline.ts";
import { nextRuns, rateMs } from "../core/schedules/cron.ts";
import { lastExportOf, maxLookedAt } from "../core/schedules/schedule-health.ts";
import type { ListExportsNeeds } from "./list-exports.ts";

export interface ListSchedulesNeeds extends ListExportsNeeds {
  readonly schedules: ReadonlyMap<string, ConfiguredSchedule>;
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly now: () => number;
}

/** A workspace's schedules: what each makes, when it runs next, and what it made last. */
export async function listSchedules(workspaceId: number, deadline: Deadline, needs: ListSchedulesNeeds) {
  const own = [...needs.schedules.values()].filter(({ workspace_id }) => workspace_id === workspaceId);
  if (own.length === 0) return { schedules: [] };
  const { exports } = await needs.listPage({ workspaceId, limit: maxLookedAt }, deadline);
  const described = own.map(async (schedule) => {
    const last = await lastExportOf(schedule, exports, deadline, needs);
    const next = schedule.enabled ? nextRun(schedule, last, needs.now()) : undefined;
    return { ...schedule, ...(next && { next_run_at: isoTime(next) }), ...(last && { last_export: last }) };
  });
  return { schedules: await Promise.all(described) };
}

/** A rate counts from a moment that only EventBridge knows: from the last run on it is known here too. */
function nextRun(
  { cron, rate, time_zone }: ConfiguredSchedule,
  last: Export | undefined,
  now: number,
): number | undefined {
  if (cron !== undefined) return nextRuns({ cron, time_zone }, now, 1)[0];
  const step = rateMs(rate ?? "");
  if (step === undefined || last?.occurrence === undefined) return undefined;
  const since = Date.parse(last.occurrence);
  return since + Math.max(1, Math.ceil((now - since) / step)) * step;
}
