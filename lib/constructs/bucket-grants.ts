import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";

/** What a function may do with part of the bucket, in the actions that it really makes. */
type ObjectAction = "s3:GetObject" | "s3:PutObject" | "s3:PutObjectTagging" | "s3:DeleteObject";

/**
 * What the bucket's keys begin with: files, records, what is current of them, claims of an Idempotency-Key, leases, notes on
 * schedules, names; and of what is coordinated, runs, the hours in which names were asked for, the quota, and what Toggl
 * warned of.
 */
export const objectPrefixes = [
  "exports",
  "records",
  "current",
  "idempotency",
  "coordination",
  "schedules",
  "schedules/accepted-columns",
  "names",
  "coordination/runs",
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
  const keyAction = keyActions[action];
  if (bucket.encryptionKey && keyAction) allow(grantee, [keyAction], [bucket.encryptionKey.keyArn]);
}

/** What S3 does with a KMS key in the caller's name. */
const keyActions: Partial<Record<ObjectAction, string>> = {
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
