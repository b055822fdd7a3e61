import { needsRepository } from "../deploy/steps.ts";
import { configFile } from "../own-config.ts";
import { command } from "./command.ts";

export const costCommand = command({
  command: "cost",
  describe: "What the stack of insights.config.json costs: idle, and for a thousand exports",
  builder: (yargs) => yargs.example("$0 cost", "From the template and AWS's list prices, without what is free"),
  async handler() {
    needsRepository("cost");
    const { printCosts } = await import("../cost/cost.ts");
    printCosts(configFile());
  },
});
