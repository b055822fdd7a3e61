import { needsRepository } from "../deploy/steps.ts";
import { command } from "./command.ts";

export const startCommand = command({
  command: "start",
  describe: "Run the whole product on this machine, with a Toggl simulator",
  builder: (yargs) =>
    yargs
      .options({
        "json-logs": {
          type: "boolean",
          default: false,
          description: "The functions' own log lines, as in a pipe, in place of one short line for each call",
        },
      })
      .example("$0 start", "Settings are in the environment (PORT, TOGGL_API_TOKEN …): see docs/local.md"),
  async handler({ jsonLogs }) {
    needsRepository("start");
    const { start } = await import("../start/start.ts");
    await start({ jsonLogs });
  },
});
