import { Duration, RemovalPolicy, type Size } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Function as LambdaFunction, LoggingFormat, Runtime } from "aws-cdk-lib/aws-lambda";
import { LogGroup, type RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { EnvInput, FunctionName } from "../../lambdas/contract.ts";
import { type BundledFiles, functionBundle } from "./function-bundle.ts";

export interface InsightsFunctionProps<N extends FunctionName> {
  /** The function's folder in lambdas/; types the environment. */
  readonly name: N;
  readonly description: string;
  readonly environment: EnvInput<N>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly scratchDisk?: Size;
  /** What lies beside its bundle. */
  readonly files?: BundledFiles;
  readonly logRetentionDays: RetentionDays;
}

/** Lambda takes at most 4 KB of variables. */
const mostEnvironmentBytes = 4096;

/**
 * Node.js 24 lets the space for young objects grow with the function's memory: 200 MB resident after 2,000 small calls,
 * where 118 MB do with the limit that earlier versions had (megabytes).
 */
const flatMemory = "--max-semi-space-size=16";

/** One of our functions: its own role with no more than its log group, its own bundle, the variables of the contract. */
export class InsightsFunction<N extends FunctionName> extends LambdaFunction {
  constructor(scope: Construct, id: string, props: InsightsFunctionProps<N>) {
    refuseTooManyVariables(props.name, props.environment);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      code: functionBundle(`lambdas/${props.name}/index.ts`, props.files ?? {}),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...props.environment, NODE_OPTIONS: flatMemory },
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.scratchDisk && { ephemeralStorageSize: props.scratchDisk }),
    });
  }
}

function refuseTooManyVariables(name: string, environment: Readonly<Record<string, string>>): void {
  const bytes = Buffer.byteLength(JSON.stringify(environment));
  if (bytes <= mostEnvironmentBytes) return;
  const advice =
    "List fewer workspaces or shorter secret names, or deploy a second stack with a stack_name of its own.";
  throw new Error(`The variables of ${name} take ${bytes} bytes; Lambda allows ${mostEnvironmentBytes}. ${advice}`);
}
