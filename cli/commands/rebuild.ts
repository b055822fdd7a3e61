import { outputOf } from "../output.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const rebuildCommand = command({
  command: "rebuild <name>",
  describe: "Make current/ of a schedule again from its records",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "The schedule" })
      .options({ ...workspaceFlag, ...targetFlags })
      .example("$0 rebuild monthly-profitability", "Without asking Toggl"),
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    const { client } = await findTarget(options);
    const output = outputOf(options);
    output.json(await client.rebuildSchedule(workspaceId, options.name));
    output.print(`current/ of ${options.name} is made again in the background, from the records.`);
  },
});
