import { complain } from "../cli/output.ts";
import { ConfigError } from "../lib/config/config-error.ts";
import { insightsApp } from "../lib/insights-app.ts";

try {
  insightsApp({ configFile: process.env.INSIGHTS_CONFIG ?? "insights.config.json" }).synth();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  complain(error.message);
  process.exitCode = 1;
}
