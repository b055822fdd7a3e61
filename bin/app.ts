import { complain } from "../cli/output.ts";
import { ConfigFault } from "../lib/config/config-fault.ts";
import { insightsApp } from "../lib/insights-app.ts";

try {
  insightsApp({ configFile: process.env.INSIGHTS_CONFIG ?? "insights.config.json" }).synth();
} catch (error) {
  if (!(error instanceof ConfigFault)) throw error;
  complain(error.message);
  process.exitCode = 1;
}
