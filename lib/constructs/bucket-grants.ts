import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";

/** What a function may do with part of the bucket, in the actions that it really makes. */
type ObjectAction = "s3:GetObject" | "s3:PutObject";

/**
 * What the bucket's keys begin with: files, records, claims of an Idempotency-Key, leases, notes on schedules, names; and
 * of what is coordinated, the hours in which names were asked for, the quota, and what Toggl warned of.
 */
export const objectPrefixes = [
  "exports",
  "records",
  "idempotency",
  "coordination",
  "schedules",
  "names",
  "coordination/names",
  "coordination/quota",
  "coordination/warnings",
] as const;

type ObjectPrefix = (typeof objectPrefixes)[number];

/**
 * Allows an action on the objects below a prefix. CDK's own grants add wildcards (`s3:GetObject*`, `s3:List*`).
 */
export function grantObjects(
  bucket: Bucket,
  grantee: IGrantable,
  action: ObjectAction,
  ...prefixes: ObjectPrefix[]
): void {
  const resources = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
  allow(grantee, [action], resources);
  if (bucket.encryptionKey) allow(grantee, [keyActions[action]], [bucket.encryptionKey.keyArn]);
}

/** What S3 does with a KMS key in the caller's name. */
const keyActions: Record<ObjectAction, string> = {
  "s3:GetObject": "kms:Decrypt",
  "s3:PutObject": "kms:GenerateDataKey",
};

/**
 * Allows listing. It is not limited to a prefix: without it S3 answers a read of an object that does not exist with
 * 403 instead of 404, and a condition on the prefix does not hold for a read.
 */
export function grantList(bucket: Bucket, grantee: IGrantable): void {
  allow(grantee, ["s3:ListBucket"], [bucket.bucketArn]);
}

function allow(grantee: IGrantable, actions: string[], resources: string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources }));
}
