import type { CommandModule } from "yargs";
import { exitCodes } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { momentOf } from "../period.ts";
import { chosenWorkspace, findTarget, type TargetOptions } from "../target.ts";
import { watchExports } from "../watch-exports.ts";
import { targetFlags, waitFlag, workspaceFlag } from "./flags.ts";

interface RunOptions extends TargetOptions {
  readonly name: string;
  readonly workspace?: number;
  readonly at?: string;
  readonly wait: boolean;
  readonly json: boolean;
}

export const runCommand: CommandModule<object, RunOptions> = {
  command: "run <name>",
  describe: "Run a schedule now",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "The schedule" })
      .options({
        ...workspaceFlag,
        at: { type: "string", description: "The moment to run it for, such as 2026-11-03T05:00:00Z" },
        ...waitFlag,
        ...targetFlags,
      })
      .example("$0 run monthly-profitability", "For its period as of now") as never,
  async handler(options) {
    const { name, at, wait } = options;
    if (at !== undefined) momentOf("--at", at);
    const workspaceId = chosenWorkspace(options.workspace);
    const { client } = await findTarget(options);
    const output = outputOf(options);
    const run = await client.runSchedule(workspaceId, name, at === undefined ? {} : { occurrence: at });
    output.print(`${name} runs for ${run.occurrence}`);
    if (!wait) return output.json(run);
    const ids = run.exports.map(({ id }) => id);
    const find = (id: string) => client.findExport(workspaceId, id);
    const failed = await watchExports(ids, { find, print: output.print });
    output.json({ ...run, exports: await Promise.all(ids.map(find)) });
    if (failed > 0) process.exitCode = exitCodes.failed;
  },
};
