import { needsRepository } from "../deploy/steps.ts";
import { command } from "./command.ts";

export const startCommand = command({
  command: "start",
  describe: "Run the whole product on this machine, with a Toggl simulator",
  builder: (yargs) =>
    yargs.example("$0 start", "Settings are in the environment (PORT, TOGGL_API_TOKEN …): see docs/local.md"),
  async handler() {
    needsRepository("start");
    const { start } = await import("../start/start.ts");
    await start();
  },
});
