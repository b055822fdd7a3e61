import { parseArgs } from "node:util";
import { isoTime } from "../api/times.ts";
import { printLine } from "../cli/output.ts";
import { momentOf } from "../cli/period.ts";
import { findRunning } from "../cli/running.ts";
import { watchExports } from "../cli/watch-exports.ts";
import { insightsClient } from "../client/insights-client.ts";
import { dueAt } from "../lambdas/core/exports/run-order.ts";
import { scheduledExports } from "../lambdas/core/schedules/schedule.ts";
import { readConfig } from "../lib/config/config.ts";
import { namedSchedule, required, runCommand } from "./command.ts";

const usage = `npm run tick -- --schedule NAME [--at 2026-11-01T05:00:00Z]
  Fires a schedule of the running npm start, as though it were due now or at that moment.`;

await runCommand(usage, async () => {
  const { values } = parseArgs({ options: { schedule: { type: "string" }, at: { type: "string" } } });
  const { schedules } = readConfig(process.env.INSIGHTS_CONFIG ?? "insights.config.json");
  const schedule = namedSchedule(schedules, required(values.schedule, "--schedule"));
  const at = dueAt(schedule, values.at === undefined ? Date.now() : momentOf("--at", values.at));
  const { url, control_url, signer } = findRunning();
  const fired = await fetch(control_url, {
    method: "POST",
    body: JSON.stringify({ schedule: schedule.name, at: isoTime(at) }),
  }).catch(() => undefined);
  if (fired?.status === 404) throw new Error(`The running product has no schedule ${schedule.name}. Start it again.`);
  if (!fired) throw new Error("Nothing answers where npm start was. Start it again.");

  printLine(`${schedule.name} fired for ${isoTime(at)}`);
  const api = insightsClient({ baseUrl: url, signer });
  const ids = scheduledExports(schedule, at).map(({ id }) => id);
  const failed = await watchExports(ids, {
    find: (id) => api.findExport(schedule.workspace_id, id),
    print: printLine,
  });
  return failed === 0 ? 0 : 1;
});
