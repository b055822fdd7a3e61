import { type BackfillPlan, openRuns, type PlannedRun } from "../client/backfill-plan.ts";
import type { InsightsClient } from "../client/insights-client.ts";
import type { Schedule } from "../lambdas/core/schedule.ts";
import { isoTime } from "../lambdas/core/times.ts";
import { watchExports } from "./watch-exports.ts";

export interface BackfillOptions {
  readonly schedule: Schedule;
  readonly plan: BackfillPlan;
  /** Toggl requests an hour of the plan. */
  readonly quota: number;
  readonly isDryRun: boolean;
  /** Whether to look on until all is made. */
  readonly isWatched: boolean;
}

interface BackfillNeeds {
  readonly api: Pick<InsightsClient, "findExport" | "runSchedule">;
  readonly print: (line: string) => void;
}

/**
 * Shows what a backfill costs, queues what is not there yet, and looks on.
 * @returns how many exports failed
 */
export async function backfill(options: BackfillOptions, { api, print }: BackfillNeeds): Promise<number> {
  const { schedule, plan, quota, isDryRun, isWatched } = options;
  const { workspace_id: workspaceId, name, report, formats } = schedule;
  const find = (id: string) => api.findExport(workspaceId, id);
  const open = await openRuns(plan.runs, find);
  print(`${name}: ${report} as ${formats.join(" and ")}, workspace ${workspaceId}`);
  for (const line of planLines(plan, open, quota)) print(`  ${line}`);
  if (isDryRun || open.length === 0) return 0;

  for (const { occurrence, days } of open) {
    await api.runSchedule(workspaceId, name, { occurrence: isoTime(occurrence), refresh: false });
    print(`  ${days.start_date} to ${days.end_date}  queued`);
  }
  if (!isWatched) return 0;
  print("Ctrl-C stops looking; the queue goes on by itself, and the same command shows the rest.");
  const ids = open.flatMap(({ exports }) => exports.map(({ id }) => id));
  const failed = await watchExports(ids, { find, print });
  print(failed === 0 ? "All made." : `${failed} failed; the same command tries them again.`);
  return failed;
}

function planLines({ runs, notOver }: BackfillPlan, open: readonly PlannedRun[], quota: number): string[] {
  const [first, last] = [runs[0]?.days.start_date, runs.at(-1)?.days.end_date];
  const requests = open.reduce((sum, { exports }) => sum + exports.length, 0);
  return [
    runs.length > 0 ? `${runs.length} periods, ${first} to ${last}` : "no whole period lies between these days",
    ...(notOver > 0 ? [`${notOver} more are not over yet and are left out`] : []),
    ...(runs.length > open.length ? [`${runs.length - open.length} are there already`] : []),
    `${open.length} to make: ${requests} Toggl requests, ${hours(requests / quota)} of quota (${quota} an hour)`,
  ];
}

function hours(count: number): string {
  return `${count >= 10 ? Math.round(count) : count.toFixed(2)} ${count === 1 ? "hour" : "hours"}`;
}
