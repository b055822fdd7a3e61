import type { Export } from "../api/export.ts";
import type { ConfiguredSchedule } from "../api/schedule.ts";
import { isoTime } from "../api/times.ts";
import { type BackfillPlan, openRuns, type PlannedRun } from "../client/backfill-plan.ts";
import type { InsightsClient } from "../client/insights-client.ts";
import type { DayRange } from "../lambdas/core/schedules/periods.ts";
import { watchExports } from "./watch-exports.ts";

interface BackfillOptions {
  readonly schedule: ConfiguredSchedule;
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

/** What a backfill has to do and costs, as a program reads it. */
interface BackfillCost {
  readonly periods: readonly (DayRange & { readonly occurrence: string; readonly is_there: boolean })[];
  readonly periods_there: number;
  readonly periods_to_make: number;
  /** Those that are not over yet are left out. */
  readonly periods_not_over: number;
  readonly toggl_requests: number;
  readonly hours_of_quota: number;
  readonly quota_per_hour: number;
}

interface BackfillResult {
  readonly plan: BackfillCost;
  /** What was queued, as it was when the command left; undefined for a dry run. */
  readonly exports?: readonly Export[];
  /** How many exports failed. */
  readonly failed: number;
}

/** Shows what a backfill costs, queues what is not there yet, and looks on. */
export async function backfill(options: BackfillOptions, { api, print }: BackfillNeeds): Promise<BackfillResult> {
  const { schedule, plan, quota, isDryRun, isWatched } = options;
  const { workspace_id: workspaceId, name, report, formats } = schedule;
  const find = (id: string) => api.findExport(workspaceId, id);
  const open = await openRuns(plan.runs, find);
  const cost = costOf(plan, open, quota);
  print(`${name}: ${report} as ${formats.join(" and ")}, workspace ${workspaceId}`);
  for (const line of costLines(cost)) print(`  ${line}`);
  if (isDryRun) return { plan: cost, failed: 0 };

  const queued: Export[] = [];
  for (const { occurrence, days, exports } of open) {
    const run = await api.runSchedule(workspaceId, name, { occurrence: isoTime(occurrence), refresh: false });
    queued.push(...run.exports.filter((one) => exports.some(({ id }) => id === one.id)));
    print(`  ${days.start_date} to ${days.end_date}  queued`);
  }
  if (!isWatched || open.length === 0) return { plan: cost, exports: queued, failed: 0 };
  print("Ctrl-C stops looking; the queue goes on by itself, and the same command shows the rest.");
  const ids = open.flatMap(({ exports }) => exports.map(({ id }) => id));
  const failed = await watchExports(ids, { find, print });
  print(failed === 0 ? "All made." : `${failed} failed; the same command tries them again.`);
  const made = await Promise.all(ids.map(find));
  return { plan: cost, exports: made.filter((one) => one !== undefined), failed };
}

function costOf({ runs, notOver }: BackfillPlan, open: readonly PlannedRun[], quota: number): BackfillCost {
  const isOpen = new Set(open.map(({ occurrence }) => occurrence));
  const requests = open.reduce((sum, { exports }) => sum + exports.length, 0);
  return {
    periods: runs.map(({ days, occurrence }) => ({
      ...days,
      occurrence: isoTime(occurrence),
      is_there: !isOpen.has(occurrence),
    })),
    periods_there: runs.length - open.length,
    periods_to_make: open.length,
    periods_not_over: notOver,
    toggl_requests: requests,
    hours_of_quota: requests / quota,
    quota_per_hour: quota,
  };
}

function costLines(cost: BackfillCost): string[] {
  const { periods, periods_not_over: notOver, periods_there: there, periods_to_make: toMake } = cost;
  const [first, last] = [periods[0]?.start_date, periods.at(-1)?.end_date];
  if (periods.length === 0) {
    return [notOver > 0 ? `nothing to make: none of the ${notOver} periods is over yet` : noWholePeriod];
  }
  return [
    `${periods.length} periods, ${first} to ${last}`,
    ...(notOver > 0 ? [`${notOver} more are not over yet and are left out`] : []),
    ...(there > 0 ? [`${there} are there already`] : []),
    `${toMake} to make: ${cost.toggl_requests} Toggl requests, ${hours(cost.hours_of_quota)} of quota (${cost.quota_per_hour} an hour)`,
  ];
}

const noWholePeriod = "nothing to make: no whole period lies between these days";

function hours(count: number): string {
  return `${count >= 10 ? Math.round(count) : count.toFixed(2)} ${count === 1 ? "hour" : "hours"}`;
}
