import { parseArgs } from "node:util";
import { isoTime } from "../lambdas/core/times.ts";
import { readConfig } from "../lib/config.ts";
import { type ApiClient, apiClient } from "./api-client.ts";
import { type BackfillPlan, type PlannedRun, planBackfill } from "./backfill-plan.ts";
import { namedSchedule, required, runCommand } from "./command.ts";
import { findRunning } from "./running.ts";
import { watchExports } from "./watch-exports.ts";

const usage = `npm run backfill -- --schedule NAME --from 2025-01 --to 2026-10 [options]
  --url URL    a deployed API (ApiUrl of the stack), signed with your AWS identity; else the running npm start
  --quota 600  Toggl requests an hour of your plan (Free 30, Starter 240, Premium 600)
  --dry-run    only show what would be done
  --no-wait    queue it and leave`;

await runCommand(usage, async () => {
  const { values } = parseArgs({
    options: {
      schedule: { type: "string" },
      from: { type: "string" },
      to: { type: "string" },
      url: { type: "string" },
      quota: { type: "string", default: "600" },
      "dry-run": { type: "boolean", default: false },
      "no-wait": { type: "boolean", default: false },
    },
  });
  const { schedules } = readConfig(process.env.INSIGHTS_CONFIG ?? "insights.config.json");
  const schedule = namedSchedule(schedules, required(values.schedule, "--schedule"));
  const span = { from: required(values.from, "--from"), to: required(values.to, "--to") };
  const quota = Number(values.quota);
  if (!Number.isInteger(quota) || quota < 1) throw new Error("--quota must be a positive whole number.");

  const plan = planBackfill(schedule, span, Date.now());
  const api = values.url === undefined ? runningApi() : apiClient(values.url);
  const { workspace_id: workspaceId, name } = schedule;
  const open = await withoutDone(plan.runs, workspaceId, api);
  console.log(`${name}: ${schedule.report} as ${schedule.formats.join(" and ")}, workspace ${workspaceId}`);
  for (const line of planLines(plan, open, quota)) console.log(`  ${line}`);
  if (values["dry-run"] || open.length === 0) return 0;

  for (const { occurrence, days } of open) {
    await api.runSchedule(workspaceId, name, isoTime(occurrence));
    console.log(`  ${days.start_date} to ${days.end_date}  queued`);
  }
  if (values["no-wait"]) return 0;
  console.log("Ctrl-C stops looking; the queue goes on by itself, and the same command shows the rest.");
  const ids = open.flatMap(({ exports }) => exports.map(({ id }) => id));
  const failed = await watchExports(ids, { find: (id) => api.findExport(workspaceId, id), print: console.log });
  console.log(failed === 0 ? "All made." : `${failed} failed; the same command tries them again.`);
  return failed === 0 ? 0 : 1;
});

function runningApi(): ApiClient {
  const { url, signer } = findRunning();
  return apiClient(url, signer);
}

/** The runs that have a file to make. */
async function withoutDone(runs: readonly PlannedRun[], workspaceId: number, api: ApiClient): Promise<PlannedRun[]> {
  const open: PlannedRun[] = [];
  for (const run of runs) {
    const found = await Promise.all(run.exports.map(({ id }) => api.findExport(workspaceId, id)));
    const exports = run.exports.filter((_, index) => found[index]?.status !== "succeeded");
    if (exports.length > 0) open.push({ ...run, exports });
  }
  return open;
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
