import { chmodSync } from "node:fs";
import { ConfigFault } from "../lib/config-fault.ts";
import { insightsApp } from "../lib/insights-app.ts";

try {
  const { synth } = insightsApp({ configFile: process.env.INSIGHTS_CONFIG ?? "insights.config.json" });
  // The folder holds the configuration and is for its owner; what is in it keeps its modes, which Lambda has to read.
  chmodSync(synth(), 0o700);
} catch (error) {
  if (!(error instanceof ConfigFault)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
