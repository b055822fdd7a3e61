import { chmodSync, readFileSync } from "node:fs";
import { App } from "aws-cdk-lib";
import { limitErrors } from "./aws-limits.ts";
import { readConfig } from "./config/config.ts";
import { ConfigError } from "./config/config-error.ts";
import type { Config } from "./config/config-schema.ts";
import { InsightsStack } from "./insights-stack.ts";
import { stageSuffix } from "./stage-suffix.ts";

interface InsightsAppOptions {
  /** Path of the configuration file. */
  readonly configFile: string;
  /** Where the assembly goes; the `cdk` command says so by itself. */
  readonly outdir?: string;
  /** Overrides of the context in cdk.json. */
  readonly context?: Record<string, unknown>;
  /**
   * False leaves out what only those need who deploy: the check of the template against CloudFormation's rules, which
   * takes seconds, and the tree of constructs and the stack traces, a third of the rest.
   */
  readonly validate?: boolean;
}

interface InsightsApp {
  readonly app: App;
  readonly stack: InsightsStack;
  readonly config: Config;
  /**
   * Synthesizes it, and holds the template to what AWS takes. The folder is its owner's alone, since the configuration
   * is in it; the files in it keep their modes: they are packed as they are, and Lambda has to be able to read them.
   * @returns the folder of the assembly
   * @throws ConfigError that names the settings to change
   */
  synth(): string;
}

/** The whole application, ready for synth(). Its context is that of cdk.json, with or without the `cdk` command. */
export function insightsApp({ configFile, outdir, context, validate = true }: InsightsAppOptions): InsightsApp {
  const settings = JSON.parse(readFileSync("cdk.json", "utf8"));
  const app = new App({
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
    treeMetadata: validate,
    stackTraces: validate,
    context: { ...settings.context, ...ownResourceLimit, ...context },
    ...(outdir && { outdir }),
  });
  const stage: string | undefined = app.node.tryGetContext("stage");
  const configured = readConfig(configFile);
  const config = { ...configured, stack_name: `${configured.stack_name}${stageSuffix(stage)}` };
  const { version } = JSON.parse(readFileSync("package.json", "utf8"));
  const stack = new InsightsStack(app, { config, version });
  const synth = () => {
    const assembly = app.synth();
    chmodSync(assembly.directory, 0o700);
    const errors = limitErrors(assembly.getStackByName(stack.stackName).template);
    if (errors.length === 0) return assembly.directory;
    throw new ConfigError(
      [`${configFile} asks for more than AWS takes:`, ...errors.map((one) => `  ${one}`)].join("\n"),
    );
  };
  return { app, stack, config, synth };
}

/** The CDK's own check of how many resources there are names no setting. */
const ownResourceLimit = { "@aws-cdk/core:stackResourceLimit": 0 };
