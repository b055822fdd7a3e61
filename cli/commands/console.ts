import { once } from "node:events";
import { consoleAddress, newConsoleKey } from "../../console/page-guard.ts";
import { readPage } from "../../console/saved-page.ts";
import { startConsole } from "../../console/start-console.ts";
import { PortInUse } from "../../local/listening.ts";
import { UsageError } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { chosenWorkspace, configuredWorkspaces, findTarget, namedWorkspace } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

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
        ...targetFlags,
      })
      .example("$0 console --stack TogglInsights", "For a deployed stack, with your AWS profile"),
  async handler(options) {
    const { port } = options;
    const workspace = namedWorkspace(options.workspace);
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
    const output = outputOf(options);
    output.print(`The console of ${url} is at ${consoleAddress(served.url, key)}`);
    output.print("Ctrl-C stops it.");
    output.json({ url: consoleAddress(served.url, key), api: url });
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    await served.close();
  },
});
