import { once } from "node:events";
import { consoleAddress, newConsoleKey } from "../../console/page-guard.ts";
import { readPage } from "../../console/saved-page.ts";
import { startConsole } from "../../console/start-console.ts";
import { PortInUse } from "../../local/listening.ts";
import { UsageError } from "../exit-codes.ts";
import { printText } from "../output.ts";
import { chosenWorkspace, configuredWorkspaces, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

const { json: _, ...target } = targetFlags;

export const consoleCommand = command({
  command: "console",
  describe: "Trends, exports and schedules in a browser",
  builder: (yargs) =>
    yargs
      .options({
        ...workspaceFlag,
        port: {
          type: "number",
          default: 3001,
          description: "Where to serve it on this machine; 0 for any that is free",
        },
        ...target,
      })
      .example("$0 console --stack TogglInsights", "For a deployed stack, with your AWS profile"),
  async handler(options) {
    const { workspace, port } = options;
    if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
      throw new UsageError("--port must be a port, 0 to 65535, such as 3001.");
    }
    const { callApi, url, isInSomebodysName } = await findTarget(options);
    const configured = configuredWorkspaces();
    const known = workspace === undefined ? configured : configured.filter(({ id }) => id === workspace);
    const id = known.length > 0 ? undefined : chosenWorkspace(workspace);
    const workspaces = id === undefined ? known : [{ id, name: `Workspace ${id}` }];
    const loadPage = () => readPage(new URL("page.json", import.meta.url)); // beside the command as it is built
    const key = isInSomebodysName ? newConsoleKey() : undefined;
    const served = await startConsole({ callApi, workspaces, api: url, port, loadPage, key }).catch((error) => {
      if (!(error instanceof PortInUse)) throw error;
      throw new UsageError(`Port ${port} is in use. Choose another one, such as --port ${port + 1}.`);
    });
    printText(`The console of ${url} is at ${consoleAddress(served.url, key)}\nCtrl-C stops it.`);
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await served.close();
  },
});
