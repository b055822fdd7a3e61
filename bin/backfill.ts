import { parseArgs } from "node:util";
import { backfill } from "../cli/backfill.ts";
import { printLine } from "../cli/output.ts";
import { findRunning } from "../cli/running.ts";
import { planBackfill } from "../client/backfill-plan.ts";
import { insightsClient } from "../client/insights-client.ts";
import { readConfig } from "../lib/config/config.ts";
import { namedSchedule, required, runCommand } from "./command.ts";

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
  const { url: baseUrl, signer } = values.url === undefined ? findRunning() : { url: values.url, signer: undefined };
  const options = { schedule, plan, quota, isDryRun: values["dry-run"], isWatched: !values["no-wait"] };
  const { failed } = await backfill(options, { api: insightsClient({ baseUrl, signer }), print: printLine });
  return failed === 0 ? 0 : 1;
});
