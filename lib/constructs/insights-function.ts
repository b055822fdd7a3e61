import { Duration, RemovalPolicy, type Size, Token } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type CfnFunction,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import type { EnvInput, FunctionName } from "../../lambdas/contract.ts";
import { ConfigError } from "../config/config-error.ts";
import type { Config } from "../config/config-schema.ts";
import { type BundledFiles, functionBundle } from "./function-bundle.ts";

interface InsightsFunctionProps<N extends FunctionName> {
  /** The function's folder in lambdas/; types the environment. */
  readonly name: N;
  readonly description: string;
  readonly environment: EnvInput<N>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly scratchDisk?: Size;
  /** What lies beside its bundle. */
  readonly files?: BundledFiles;
  readonly config: Config;
}

/**
 * Lambda takes at most 4 KB of variables, and measures all of them as one JSON text: its error quotes that ("String
 * measured: {…}"), with the backslashes before the quotes of a value that is JSON itself.
 */
const maxEnvironmentBytes = 4096;

/** As long as what CloudFormation fills in may be: the address of a queue, of an API, a bucket's name. */
const filledInLength = 140;

/**
 * Node.js 24 lets the space for young objects grow with the function's memory: 200 MB resident after 2,000 small calls,
 * where 118 MB do with the limit that earlier versions had (megabytes).
 */
const flatMemory = "--max-semi-space-size=16";

/** One of our functions: its own role with no more than its log group, its own bundle, the variables of the contract. */
export class InsightsFunction<N extends FunctionName> extends LambdaFunction {
  constructor(scope: Construct, id: string, props: InsightsFunctionProps<N>) {
    const environment = { ...props.environment, NODE_OPTIONS: flatMemory };
    refuseTooManyVariables(props.name, environment);
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    const logGroup = new LogGroup(scope, `${id}Logs`, {
      retention: props.config.log_retention_days,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      code: functionBundle(props.name, props.files ?? {}),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment,
      memorySize: props.memoryMegabytes,
      timeout: Duration.seconds(props.timeoutSeconds),
      ...(props.scratchDisk && { ephemeralStorageSize: props.scratchDisk }),
    });
    if (props.config.vpc) this.joinVpc(props.config.vpc);
  }

  /** Not by the CDK's own `vpc`: that looks networks up at synth and adds a managed policy. */
  private joinVpc({ subnet_ids: SubnetIds, security_group_ids: SecurityGroupIds }: NonNullable<Config["vpc"]>): void {
    this.addToRolePolicy(new PolicyStatement({ actions: networkActions, resources: ["*"] })); // as in AWS's own policy for this
    const resource = this.node.defaultChild as CfnFunction;
    resource.addPropertyOverride("VpcConfig", { SubnetIds, SecurityGroupIds });
  }
}

/** What Lambda needs in its function's name to put it into a network (AWS's AWSLambdaVPCAccessExecutionRole). */
const networkActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

function refuseTooManyVariables(name: string, environment: Readonly<Record<string, string>>): void {
  const filledIn = Object.entries(environment).map(([variable, value]) => {
    return [variable, Token.isUnresolved(value) ? "x".repeat(filledInLength) : value];
  });
  const bytes = Buffer.byteLength(JSON.stringify(Object.fromEntries(filledIn)));
  if (bytes <= maxEnvironmentBytes) return;
  const advice =
    "workspaces: list fewer, or shorter token_secret, or deploy a second stack with a stack_name of its own";
  throw new ConfigError(
    `${advice}: the variables of ${name} take ${bytes} bytes; Lambda allows ${maxEnvironmentBytes}`,
  );
}
