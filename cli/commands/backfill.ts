import type { CommandModule } from "yargs";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { planBackfill } from "../../client/backfill-plan.ts";
import { backfill } from "../backfill.ts";
import { exitCodes, UsageError } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { chosenWorkspace, findTarget, type TargetOptions } from "../target.ts";
import { targetFlags, waitFlag, workspaceFlag } from "./flags.ts";

interface BackfillCommandOptions extends TargetOptions {
  readonly name: string;
  readonly workspace?: number;
  readonly from: string;
  readonly to: string;
  readonly quota: number;
  readonly "dry-run": boolean;
  readonly wait: boolean;
  readonly json: boolean;
}

export const backfillCommand: CommandModule<object, BackfillCommandOptions> = {
  command: "backfill <name>",
  describe: "Make what a schedule would have made, for past periods",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "The schedule" })
      .options({
        ...workspaceFlag,
        from: { type: "string", demandOption: true, description: "A year, month or day, such as 2026-01" },
        to: { type: "string", demandOption: true, description: "The same; its last day counts" },
        quota: { type: "number", default: 600, description: "Toggl requests an hour of your plan" },
        "dry-run": { type: "boolean", default: false, description: "Only show what it would cost" },
        ...waitFlag,
        ...targetFlags,
      })
      .example(
        "$0 backfill monthly-profitability --from 2026-01 --to 2026-10 --dry-run",
        "What it would cost",
      ) as never,
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    if (!Number.isInteger(options.quota) || options.quota < 1) {
      throw new UsageError("--quota must be a positive whole number.");
    }
    const { client } = await findTarget(options);
    const schedules = await client.listSchedules(workspaceId);
    const schedule = schedules.find(({ name }) => name === options.name);
    if (!schedule) {
      const names = schedules.map(({ name }) => name).join(", ") || "none";
      throw new UsageError(`Workspace ${workspaceId} has no schedule ${options.name}; it has ${names}.`);
    }
    const { from, to, quota, "dry-run": isDryRun, wait: isWatched } = options;
    const plan = planBackfill(schedule as ConfiguredSchedule, { from, to }, Date.now());
    const planned = { schedule: schedule as ConfiguredSchedule, plan, quota, isDryRun, isWatched };
    const output = outputOf(options);
    const { failed, ...result } = await backfill(planned, { api: client, print: output.print });
    output.json(result);
    if (failed > 0) process.exitCode = exitCodes.failed;
  },
};
