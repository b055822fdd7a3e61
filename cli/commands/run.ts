import { exitCodes } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { momentOf } from "../period.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { watchExports } from "../watch-exports.ts";
import { command } from "./command.ts";
import { targetFlags, waitFlag, workspaceFlag } from "./flags.ts";

export const runCommand = command({
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
      .example("$0 run monthly-profitability", "For its period as of now"),
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
    const exports = await watchExports(ids, { find, print: output.print });
    output.json({ ...run, exports });
    if (exports.some(({ status }) => status === "failed")) process.exitCode = exitCodes.failed;
  },
});
