import { RegionMissing } from "../client/api-problem.ts";
import { isAboutIdentity } from "./exit-codes.ts";

/** A deployed stack, as its outputs tell. */
interface Deployment {
  readonly region: string;
  readonly apiUrl: string;
  readonly bucket: string;
  /** The queue of runs; older versions did not tell it. */
  readonly queueUrl: string | undefined;
  /** The queue of runs that were given up on. */
  readonly deadLetterQueueUrl: string | undefined;
  /** The product's version that is deployed. */
  readonly version: string;
}

/**
 * Finds a stack in the region of whoever runs the command.
 * @throws Error that says what to do
 */
export async function findDeployment(stackName: string): Promise<Deployment> {
  const region = await ownRegion();
  const { client, DescribeStacksCommand } = await cloudFormation();
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    const outputs = new Map(Stacks?.[0]?.Outputs?.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]));
    const [apiUrl, bucket] = [outputs.get("ApiUrl"), outputs.get("ExportsBucketName")];
    if (!apiUrl || !bucket) throw new Error(`The stack ${stackName} is not one of Toggl Insights: it has no ApiUrl.`);
    const version = outputs.get("Version") ?? "unknown";
    const [queueUrl, deadLetterQueueUrl] = [outputs.get("ExportQueueUrl"), outputs.get("DeadLetterQueueUrl")];
    return { region, apiUrl, bucket, queueUrl, deadLetterQueueUrl, version };
  } catch (error) {
    if ((error as Error).name === "ValidationError")
      throw new Error(`There is no stack ${stackName} here. Deploy it: npm run deploy`);
    throw error;
  }
}

/**
 * Where the AWS identity of whoever runs the command works: environment, then profile.
 * @throws RegionMissing, where the CDK would quietly take us-east-1
 */
export async function ownRegion(): Promise<string> {
  const { client } = await cloudFormation();
  return client.config.region().catch((error: Error) => {
    if (/Region is missing/.test(error.message)) throw new RegionMissing("Say where: AWS_REGION=eu-central-1");
    throw error;
  });
}

/**
 * Sees that AWS takes the identity of whoever runs the command, before anything long begins. What it may do is asked
 * later, where it does it.
 * @throws the SDK's error where there is no identity, AWS does not take it, or AWS cannot be reached
 */
export async function checkIdentity(stackName: string): Promise<void> {
  const { client, DescribeStacksCommand } = await cloudFormation();
  await client.send(new DescribeStacksCommand({ StackName: stackName })).catch((error: AwsError) => {
    const isAnswered = error.$metadata?.httpStatusCode !== undefined;
    if (isAnswered && (!isAboutIdentity(error) || /^AccessDenied/.test(error.name))) return;
    throw error;
  });
}

type AwsError = Error & { $metadata?: { httpStatusCode?: number } };

/** A client for CloudFormation, with its commands; loaded when it is asked for, which most commands never do. */
export async function cloudFormation() {
  const { CloudFormationClient, ...commands } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient({
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  });
  return { client, ...commands };
}
