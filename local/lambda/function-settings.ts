import type { Credentials } from "../aws/credentials.ts";
import type { TemplateFunction } from "./from-template.ts";

/** A function as the template describes it, and where it runs here. */
export interface LambdaFunction extends Omit<TemplateFunction, "logicalId" | "roleArn" | "asynchronous"> {
  readonly region: string;
  readonly credentials: Credentials;
  readonly onLog: (line: string) => void;
  /** How many may run at once; on Lambda it is the account's limit. */
  readonly maxProcesses: number;
}

/** The variables that Lambda sets and the function's own; nothing of the user's shell. */
export function lambdaVariables(settings: LambdaFunction, scratch: string): Record<string, string> {
  const { name, directory, handler, memoryMb, region, credentials } = settings;
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: "local",
    AWS_REGION: region,
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    LAMBDA_TASK_ROOT: directory,
    LANG: "en_US.UTF-8",
    PATH: "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
    TMPDIR: scratch, // stands for Lambda's /tmp
    TZ: ":UTC",
    _HANDLER: handler,
    ...settings.environment,
  };
}
