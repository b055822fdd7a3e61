import type { Export } from "../api/export.ts";
import type { ConfiguredSchedule } from "../api/schedule.ts";
import { type BackfillPlan, exportsToMake, queueBackfill } from "../client/backfill.ts";
import { type BackfillRuns, priceBackfill } from "../client/backfill-plan.ts";
import type { InsightsClient } from "../client/insights-client.ts";
import { watchExports } from "./watch-exports.ts";

interface BackfillOptions {
  readonly schedule: ConfiguredSchedule;
  readonly plan: BackfillRuns;
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

interface BackfillResult {
  readonly plan: BackfillPlan;
  /** What was queued, as it was when the command left; undefined for a dry run. */
  readonly exports?: readonly Export[];
  /** How many exports failed. */
  readonly failed: number;
}

/** Shows what a backfill costs, queues what is not there yet, and looks on. */
export async function backfill(options: BackfillOptions, { api, print }: BackfillNeeds): Promise<BackfillResult> {
  const { schedule, quota, isDryRun, isWatched } = options;
  const { workspace_id: workspaceId, name, report, formats } = schedule;
  const find = (id: string) => api.findExport(workspaceId, id);
  const plan = await priceBackfill(options.plan, find, quota);
  print(`${name}: ${report} as ${formats.join(" and ")}, workspace ${workspaceId}`);
  for (const line of planLines(plan)) print(`  ${line}`);
  if (isDryRun) return { plan, failed: 0 };

  const queued: Export[] = [];
  await queueBackfill(
    plan,
    (body) => api.runSchedule(workspaceId, name, body),
    ({ start_date, end_date, export_ids }, { exports }) => {
      queued.push(...exports.filter(({ id }) => export_ids.includes(id)));
      print(`  ${start_date} to ${end_date}  queued`);
    },
  );
  const ids = exportsToMake(plan);
  if (!isWatched || ids.length === 0) return { plan, exports: queued, failed: 0 };
  print("Ctrl-C stops looking; the queue goes on by itself, and the same command shows the rest.");
  const exports = await watchExports(ids, { find, print });
  const failed = exports.filter(({ status }) => status === "failed").length;
  print(failed === 0 ? "All made." : `${failed} failed; the same command tries them again.`);
  return { plan, exports, failed };
}

function planLines(plan: BackfillPlan): string[] {
  const { periods, periods_not_over: notOver, periods_there: there, periods_to_make: toMake } = plan;
  const [first, last] = [periods[0]?.start_date, periods.at(-1)?.end_date];
  if (periods.length === 0) {
    return [notOver > 0 ? `nothing to make: none of the ${notOver} periods is over yet` : noWholePeriod];
  }
  return [
    `${periods.length} periods, ${first} to ${last}`,
    ...(notOver > 0 ? [`${notOver} more are not over yet and are left out`] : []),
    ...(there > 0 ? [`${there} are there already`] : []),
    `${toMake} to make: ${costOf(plan)}`,
  ];
}

const noWholePeriod = "nothing to make: no whole period lies between these days";

/** In requests, and in what that is of an hour's quota; from two hours on in hours. */
function costOf({ toggl_requests: requests, hours_of_quota: hours, quota_per_hour: quota }: BackfillPlan): string {
  const share = hours >= 2 ? `${decimals(hours)} hours' quota` : `${decimals(100 * hours)} % of an hour's quota`;
  return `${requests} ${requests === 1 ? "Toggl request" : "Toggl requests"}, ${share} (${quota} an hour)`;
}

/** As few as tell it from its neighbours. */
function decimals(count: number): string {
  return count >= 10 || Number.isInteger(count) ? String(Math.round(count)) : count.toFixed(1);
}
