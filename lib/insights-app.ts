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
  /** False leaves out the CDK's check of the template against CloudFormation's rules, which takes seconds. */
  readonly validate?: boolean;
}

interface InsightsApp {
  readonly app: App;
  readonly stack: InsightsStack;
  readonly config: Config;
}

/** The whole application, ready for synth(). Its context is that of cdk.json, with or without the `cdk` command. */
export function insightsApp({ configFile, outdir, context, validate = true }: InsightsAppOptions): InsightsApp {
  const settings = JSON.parse(readFileSync("cdk.json", "utf8"));
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
    context: { ...settings.context, ...context },
    ...(outdir && { outdir }),
  });
  const stage: string | undefined = app.node.tryGetContext("stage");
  const configured = readConfig(configFile);
  const config = { ...configured, stack_name: `${configured.stack_name}${stageSuffix(stage)}` };
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  return { app, stack: new InsightsStack(app, { config, version }), config };
}

/**
 * What a stage adds to the stack's name: everything else that has a name has the stack's in it.
 * @throws Error if it is no short word
 */
export function stageSuffix(stage: string | undefined): string {
  if (stage === undefined) return "";
  if (/^[a-z][a-z0-9-]{0,19}$/.test(stage)) return `-${stage}`;
  throw new Error(`--stage must be lower-case letters, digits and hyphens, such as staging; it is ${stage}.`);
}
