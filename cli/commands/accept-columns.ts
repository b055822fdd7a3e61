import { outputOf } from "../output.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const acceptColumnsCommand = command({
  command: "accept-columns <name>",
  describe: "Take the columns that a schedule holds back",
  builder: (yargs) =>
    yargs
      .positional("name", { type: "string", demandOption: true, describe: "The schedule" })
      .options({ ...workspaceFlag, ...targetFlags })
      .example("$0 accept-columns monthly-profitability", "The files that wait become current"),
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    const { client } = await findTarget(options);
    const output = outputOf(options);
    const { accepted = [], ...rebuild } = await client.acceptColumns(workspaceId, options.name);
    output.json({ ...rebuild, accepted });
    for (const { format, columns } of accepted) output.print(`Accepted for ${format}: ${columns.join(", ")}`);
    output.print(`What ${options.name} held back becomes current in the background.`);
  },
});
