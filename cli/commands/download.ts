import { NotMadeYet } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { saveMade } from "../save-made.ts";
import { checkSaveTarget } from "../save-target.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const downloadCommand = command({
  command: "download <id>",
  describe: "Download the file of an export that was made; Toggl is not asked again",
  builder: (yargs) =>
    yargs
      .positional("id", { type: "string", demandOption: true, describe: "Of the export, as `exports` lists it" })
      .options({
        ...workspaceFlag,
        out: { alias: "o", type: "string", description: "Where to save it; never overwrites" },
        ...targetFlags,
      })
      .example("$0 download 01KB0M8Q4T2V6X9ZC3E5G7J1NR --out october.xlsx", "One that `exports` shows"),
  async handler(options) {
    const { id, out } = options;
    const workspaceId = chosenWorkspace(options.workspace);
    if (out !== undefined) checkSaveTarget(out);
    const { client } = await findTarget(options);
    const made = await client.getExport(workspaceId, id);
    if (made.status === "queued" || made.status === "deferred" || made.status === "running") {
      throw new NotMadeYet(`This export is ${made.status}: it has no file yet. Ask again when it is made.`);
    }
    await saveMade(made, out, outputOf(options));
  },
});
