import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";

/** What a function may do with part of the bucket, in the actions that it really makes. */
type ObjectAction = "s3:GetObject" | "s3:PutObject";

/**
 * Allows an action on the objects below a prefix. CDK's own grants add wildcards (`s3:GetObject*`, `s3:List*`).
 */
export function grantObjects(bucket: Bucket, grantee: IGrantable, action: ObjectAction, ...prefixes: string[]): void {
  const resources = prefixes.map((prefix) => bucket.arnForObjects(`${prefix}/*`));
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources }));
}

/**
 * Allows listing. It is not limited to a prefix: without it S3 answers a read of an object that does not exist with
 * 403 instead of 404, and a condition on the prefix does not hold for a read.
 */
export function grantList(bucket: Bucket, grantee: IGrantable): void {
  const statement = new PolicyStatement({ actions: ["s3:ListBucket"], resources: [bucket.bucketArn] });
  grantee.grantPrincipal.addToPrincipalPolicy(statement);
}
