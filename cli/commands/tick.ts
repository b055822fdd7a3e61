import { userAgents } from "../../api/callers.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { isoTime } from "../../api/times.ts";
import { insightsClient } from "../../client/insights-client.ts";
import { dueAt } from "../../lambdas/core/exports/fired-run.ts";
import { scheduledExports } from "../../lambdas/core/schedules/schedule.ts";
import { exitCodes, NotFoundError } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { ownConfig } from "../own-config.ts";
import { momentOf } from "../period.ts";
import { findRunning } from "../running.ts";
import { didYouMean } from "../spelling.ts";
import { watchExports } from "../watch-exports.ts";
import { command } from "./command.ts";
import { jsonFlag, namedSchedule, scheduleFlag } from "./flags.ts";

export const tickCommand = command({
  command: "tick [name]",
  describe: "Fire a schedule of the running npm start, as though it were due",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", describe: "The schedule" })
      .options({
        ...scheduleFlag,
        at: { type: "string", description: "The moment to fire it for, such as 2026-11-03T05:00:00Z" },
        ...jsonFlag,
      })
      .example("$0 tick monthly-profitability", "As though it were due now"),
  async handler(options) {
    const schedule = configured(ownConfig().schedules, namedSchedule(options, "toggl-insights tick NAME."));
    const at = dueAt(schedule, options.at === undefined ? Date.now() : momentOf("--at", options.at));
    const { url, control_url, signer } = findRunning();
    const fired = await fetch(control_url, {
      method: "POST",
      body: JSON.stringify({ schedule: schedule.name, at: isoTime(at) }),
    }).catch(() => undefined);
    if (fired?.status === 404) throw new Error(`The running product has no schedule ${schedule.name}. Start it again.`);
    if (!fired) throw new Error("Nothing answers where npm start was. Start it again.");

    const output = outputOf(options);
    output.print(`${schedule.name} fired for ${isoTime(at)}`);
    const api = insightsClient({ baseUrl: url, signer, userAgent: userAgents["command-line"] });
    const ids = scheduledExports(schedule, at).map(({ id }) => id);
    const find = (id: string) => api.findExport(schedule.workspace_id, id);
    const exports = await watchExports(ids, { find, print: output.print });
    output.json({ schedule: schedule.name, occurrence: isoTime(at), exports });
    if (exports.some(({ status }) => status === "failed")) process.exitCode = exitCodes.failed;
  },
});

function configured(schedules: readonly ConfiguredSchedule[], name: string): ConfiguredSchedule {
  const found = schedules.find((schedule) => schedule.name === name);
  if (found) return found;
  const names = schedules.map((schedule) => schedule.name);
  const listed = names.join(", ") || "none; docs/schedules.md says how to add one";
  throw new NotFoundError(`The configuration has no schedule ${name}. It has: ${listed}.${didYouMean(name, names)}`);
}
