import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { planBackfill, spanDays } from "../../client/backfill-plan.ts";
import { backfill } from "../backfill.ts";
import { exitCodes, NotFoundError, toItsEnd, UsageError } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { ownConfigIfAny } from "../own-config.ts";
import { didYouMean } from "../spelling.ts";
import { chosenWorkspace, findTarget, namedWorkspace } from "../target.ts";
import { command } from "./command.ts";
import { namedSchedule, scheduleFlag, targetFlags, waitFlag, workspaceFlag } from "./flags.ts";

export const backfillCommand = command({
  command: "backfill [name]",
  describe: "Make what a schedule would have made, for past periods",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", describe: "The schedule" })
      .options({
        ...scheduleFlag,
        ...workspaceFlag,
        from: { type: "string", demandOption: true, description: "A year, month or day, such as 2026-01" },
        to: { type: "string", demandOption: true, description: "The same; its last day counts" },
        quota: {
          type: "number",
          default: 600,
          description: "Toggl requests an hour of your plan (Free 30, Starter 240, Premium 600)",
        },
        "dry-run": { type: "boolean", default: false, description: "Only show what it would cost" },
        ...waitFlag,
        ...targetFlags,
      })
      .example("$0 backfill monthly-profitability --from 2026-01 --to 2026-10 --dry-run", "What it would cost"),
  async handler(options) {
    const { from, to, quota, dryRun: isDryRun, wait: isWatched } = options;
    const name = namedSchedule(options, "toggl-insights backfill NAME --from 2026-01 --to 2026-10.");
    if (!Number.isInteger(quota) || quota < 1) throw new UsageError("--quota must be a positive whole number.");
    spanDays({ from, to }, Date.now());
    const workspaceId = workspaceOf(name, options.workspace);
    const { client } = await findTarget(options);
    const schedules = await client.listSchedules(workspaceId);
    const schedule = schedules.find((one) => one.name === name) as ConfiguredSchedule | undefined;
    if (!schedule) {
      const names = schedules.map((one) => one.name).join(", ") || "none";
      const meant = didYouMean(
        name,
        schedules.map((one) => one.name),
      );
      throw new NotFoundError(`Workspace ${workspaceId} has no schedule ${name}; it has ${names}.${meant}`);
    }
    const plan = planBackfill(schedule, { from, to }, Date.now());
    const output = outputOf(options);
    const planned = { schedule, plan, quota, isDryRun, isWatched };
    await toItsEnd(async () => {
      const { failed, ...result } = await backfill(planned, { api: client, print: output.print });
      output.json(result);
      return failed > 0 ? exitCodes.failed : exitCodes.fine;
    });
  },
});

/** The workspace that is named, or that of the schedule where it is configured here. */
function workspaceOf(schedule: string, workspace: number | undefined): number {
  const named = namedWorkspace(workspace);
  if (named !== undefined) return named;
  const configured = ownConfigIfAny()?.schedules.find(({ name }) => name === schedule);
  return configured?.workspace_id ?? chosenWorkspace(undefined);
}
