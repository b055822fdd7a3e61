import { readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { readConfig } from "./config.ts";
import type { Config } from "./config-schema.ts";
import { InsightsStack } from "./insights-stack.ts";

interface InsightsAppOptions {
  /** Path of the configuration file. */
  readonly configFile: string;
  /** Where the assembly goes; the `cdk` command says so by itself. */
  readonly outdir?: string;
  /** Overrides of the context in cdk.json. */
  readonly context?: Record<string, unknown>;
}

interface InsightsApp {
  readonly app: App;
  readonly stack: InsightsStack;
  readonly config: Config;
}

/** The whole application, ready for synth(). Its context is that of cdk.json, with or without the `cdk` command. */
export function insightsApp({ configFile, outdir, context }: InsightsAppOptions): InsightsApp {
  const config = readConfig(configFile);
  const settings = JSON.parse(readFileSync("cdk.json", "utf8"));
  const app = new App({
    analyticsReporting: false,
    context: { ...settings.context, ...context },
    ...(outdir && { outdir }),
  });
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  return { app, stack: new InsightsStack(app, { config, version }), config };
}
