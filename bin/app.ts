import { insightsApp } from "../lib/insights-app.ts";

const { app } = insightsApp({ configFile: process.env.INSIGHTS_CONFIG ?? "insights.config.json" });
app.synth();
