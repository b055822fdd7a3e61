import type { S3Client } from "@aws-sdk/client-s3";
import { cloudFormation } from "../deployment.ts";
import { StoppedShort } from "../exit-codes.ts";

type Template = Record<string, unknown>;

/** The bucket that `exports_bucket` names, as it stands in the synthesized template. */
export interface NamedBucket {
  readonly logicalId: string;
  readonly name: string;
  readonly tags: ReadonlyMap<string, string>;
  /** ARN of `kms_key_arn`, if there is one. */
  readonly kmsKey: string | undefined;
}

/** What there is of it. */
interface LiveBucket {
  readonly region: string | undefined;
  readonly tags: ReadonlyMap<string, string>;
  readonly hasPolicy: boolean;
  /** Id or ARN of the customer's own key that encrypts by default; undefined for S3's and AWS's keys. */
  readonly kmsKey: string | undefined;
}

interface BucketProperties {
  readonly BucketName?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration: readonly {
      readonly ServerSideEncryptionByDefault: { readonly KMSMasterKeyID?: string };
    }[];
  };
}

/** @returns undefined where the stack makes its bucket by itself */
export function namedBucket(template: Template): NamedBucket | undefined {
  const resources = (template.Resources ?? {}) as Record<string, { Type: string; Properties?: BucketProperties }>;
  for (const [logicalId, { Type, Properties = {} }] of Object.entries(resources)) {
    const { BucketName: name, Tags = [], BucketEncryption } = Properties;
    if (Type !== "AWS::S3::Bucket" || name === undefined) continue;
    const [encryption] = BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    const kmsKey = encryption?.ServerSideEncryptionByDefault.KMSMasterKeyID;
    return { logicalId, name, tags: new Map(Tags.map(({ Key, Value }) => [Key, Value])), kmsKey };
  }
  return undefined;
}

/**
 * Sees whether a deployment is the one that adopts a bucket, and whether it can.
 * @returns false where the bucket is the stack's already
 * @throws StoppedShort that says why it cannot be adopted, and what to do, or what of it cannot be seen
 */
export async function isToBeAdopted(bucket: NamedBucket, stackName: string): Promise<boolean> {
  if (await hasAdopted(stackName, bucket)) return false;
  const owner = await ownerOf(bucket.name);
  if (owner !== undefined) throw new StoppedShort(ownerError(bucket, owner, stackName));
  const { region, live } = await lookAt(bucket.name);
  const error = adoptionError(bucket, live, region);
  if (error !== undefined) throw new StoppedShort(error);
  return true;
}

function ownerError({ name }: NamedBucket, owner: string, stackName: string): string {
  return owner === stackName
    ? `exports_bucket: ${name} is the bucket that ${stackName} made for itself; leave the setting out.`
    : `exports_bucket: ${name} belongs to the stack ${owner}, and two stacks cannot share it. Remove that one first (its bucket stays), or leave the setting out for this one.`;
}

/** Why a bucket that no stack has cannot be adopted; undefined if it can. */
function adoptionError(
  { name, tags, kmsKey }: NamedBucket,
  live: LiveBucket | undefined,
  region: string,
): string | undefined {
  const setting = `exports_bucket: ${name}`;
  if (!live)
    return `${setting} is no bucket of this account. Correct the name, or leave the setting out for a new bucket.`;
  if (live.region !== undefined && live.region !== region) {
    return `${setting} is in ${live.region}, and this deployment goes to ${region}. Deploy there: AWS_REGION=${live.region}`;
  }
  const application = tags.get("application") ?? "";
  if (live.tags.get("application") !== application) {
    return `${setting} is no bucket of Toggl Insights: it lacks the tag application=${application}. The stack would delete old versions in it and what lies below records/ or exports/ as configured. If it is meant all the same, give it the tag.`;
  }
  if (live.hasPolicy) {
    return `${setting} has a policy, and CloudFormation puts none in the place of one that it did not make. Keep a copy (aws s3api get-bucket-policy --bucket ${name}), then take it away (aws s3api delete-bucket-policy --bucket ${name}).`;
  }
  if (live.kmsKey !== undefined && idOf(live.kmsKey) !== idOf(kmsKey ?? "")) {
    return `kms_key_arn: what is in ${name} is encrypted with the key ${live.kmsKey}, which the functions may use only if kms_key_arn names it.`;
  }
  return undefined;
}

/** The last part of a key's ARN; keys are named by either. */
function idOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1);
}

/** What CloudFormation knows of a resource that a stack does not have, be it let go or never taken in. */
const notHeld = /^(DELETE_COMPLETE|DELETE_SKIPPED|CREATE_FAILED|IMPORT_FAILED|IMPORT_ROLLBACK_.*)$/;

/** @returns the first resources of a stack, a hundred at most; none if there is no such stack or resource */
async function resourcesOf(
  name: string,
  of: { StackName: string; LogicalResourceId: string } | { PhysicalResourceId: string },
) {
  const { client, DescribeStackResourcesCommand } = await cloudFormation();
  const { StackResources = [] } = await client.send(new DescribeStackResourcesCommand(of)).catch((error: Error) => {
    if (error.name === "ValidationError" && /does not exist/.test(error.message)) return { StackResources: [] };
    throw unseen(name, "cloudformation:DescribeStackResources", error);
  });
  return StackResources;
}

async function hasAdopted(stackName: string, { name, logicalId }: NamedBucket): Promise<boolean> {
  const found = await resourcesOf(name, { StackName: stackName, LogicalResourceId: logicalId });
  return found.some((one) => one.PhysicalResourceId === name && !notHeld.test(one.ResourceStatus ?? ""));
}

/** The name of the stack that has a bucket. A deleted stack is known for 90 days, with what it left behind. */
async function ownerOf(name: string): Promise<string | undefined> {
  const resources = await resourcesOf(name, { PhysicalResourceId: name });
  const own = resources.find(({ PhysicalResourceId }) => PhysicalResourceId === name);
  return own && notHeld.test(own.ResourceStatus ?? "") ? undefined : resources[0]?.StackName;
}

async function lookAt(name: string): Promise<{ region: string; live: LiveBucket | undefined }> {
  const s3 = await import("@aws-sdk/client-s3");
  const client: S3Client = new s3.S3Client({
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  });
  /** What S3 answers; undefined where the error says that there is no such thing. */
  const ask = <T>(right: string, answer: Promise<T>, absent = ""): Promise<T | undefined> =>
    answer.catch((error: Error) => {
      if (error.name === absent) return undefined;
      throw unseen(name, right, error);
    });

  const region = await client.config.region();
  // Only the account's own buckets are listed, so a bucket of somebody else's with this name is never taken for ours.
  const own = await ask("s3:ListAllMyBuckets", client.send(new s3.ListBucketsCommand({ Prefix: name })));
  const listed = own?.Buckets?.find(({ Name }) => Name === name);
  if (!listed) return { region, live: undefined };
  const elsewhere = listed.BucketRegion !== undefined && listed.BucketRegion !== region;
  if (elsewhere) {
    return { region, live: { region: listed.BucketRegion, tags: new Map(), hasPolicy: false, kmsKey: undefined } };
  }
  const Bucket = name;
  const [tagging, policy, encryption] = await Promise.all([
    ask("s3:GetBucketTagging", client.send(new s3.GetBucketTaggingCommand({ Bucket })), "NoSuchTagSet"),
    ask("s3:GetBucketPolicy", client.send(new s3.GetBucketPolicyCommand({ Bucket })), "NoSuchBucketPolicy"),
    ask(
      "s3:GetEncryptionConfiguration",
      client.send(new s3.GetBucketEncryptionCommand({ Bucket })),
      "ServerSideEncryptionConfigurationNotFoundError",
    ),
  ]);
  const [rule] = encryption?.ServerSideEncryptionConfiguration?.Rules ?? [];
  const key = rule?.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID;
  const live = {
    region: listed.BucketRegion,
    tags: new Map(tagging?.TagSet?.map(({ Key = "", Value = "" }) => [Key, Value])),
    hasPolicy: policy?.Policy !== undefined,
    kmsKey: key?.endsWith("alias/aws/s3") ? undefined : key,
  };
  return { region, live };
}

function unseen(bucket: string, right: string, { name, message }: Error): Error {
  const why = /^(AccessDenied|Forbidden)/.test(name)
    ? `Your AWS identity needs ${right} (AWS says: ${message}).`
    : `AWS says: ${name}: ${message}.`;
  return new StoppedShort(
    `exports_bucket: whether ${bucket} can be adopted is not known, since it cannot be seen. ${why}`,
  );
}

/** How a bucket of a stack differs from its template, as CloudFormation's drift detection sees it, a line each. */
export async function settingsThatDiffer({ logicalId, name }: NamedBucket, stackName: string): Promise<string[]> {
  const { client, DetectStackResourceDriftCommand } = await cloudFormation();
  const command = new DetectStackResourceDriftCommand({ StackName: stackName, LogicalResourceId: logicalId });
  const answer = await client.send(command).catch((error: Error) => error);
  if (answer instanceof Error) return [`Whether they are the template's cannot be seen (AWS says: ${answer.message}).`];
  const { PropertyDifferences = [], StackResourceDriftStatus } = answer.StackResourceDrift ?? {};
  if (StackResourceDriftStatus === "DELETED") return [`${name} is not there any more.`];
  return PropertyDifferences.map(
    ({ PropertyPath, ActualValue, ExpectedValue }) => `${PropertyPath}: is ${ActualValue}, should be ${ExpectedValue}`,
  );
}
