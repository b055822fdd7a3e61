import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { AnyPrincipal, Effect, type IRole, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket, ObjectOwnership } from "aws-cdk-lib/aws-s3";
import type { Construct } from "constructs";
import { keptMessageDays } from "../../lambdas/core/exports/delivery.ts";

interface ExportsBucketProps {
  /**
   * Name of a bucket that is there already, to become part of the stack; without it CloudFormation makes one. The
   * construct's id must have the name in it: another bucket under the same logical id would be a replacement, and
   * CloudFormation adopts only what is new in a template (docs/decisions/0014).
   */
  readonly adopted?: string | undefined;
  readonly downloadUrlMinutes: number;
  /** Days after which exports are deleted; without it they stay. */
  readonly keepExportsDays?: number | undefined;
  /** A KMS key of the customer's; without it S3's own keys encrypt. */
  readonly kmsKeyArn?: string | undefined;
}

/** Files and records of all exports: private, encrypted, versioned, and kept when the stack goes. */
export class ExportsBucket extends Bucket {
  constructor(
    scope: Construct,
    id: string,
    { adopted, downloadUrlMinutes, keepExportsDays, kmsKeyArn }: ExportsBucketProps,
  ) {
    super(scope, id, {
      ...(adopted !== undefined && { bucketName: adopted }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      ...(kmsKeyArn === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryptionKey: Key.fromKeyArn(scope, `${id}Key`, kmsKeyArn), bucketKeyEnabled: true }),
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy:
        adopted === undefined
          ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE // of a first deployment that fails no bucket is left
          : RemovalPolicy.RETAIN, // but never one that was there before
      lifecycleRules: [
        {
          abortIncompleteMultipartUploadAfter: Duration.days(1),
          noncurrentVersionExpiration: Duration.days(30),
        },
        // Names and the notes on schedules are no exports: without those the watcher would begin from nothing. What a
        // manifest names does not have the tag: the file of a month that never changed stays, however old it is.
        ...(keepExportsDays === undefined ? [] : [`exports/`, `records/`]).map((prefix) => ({
          prefix,
          tagFilters: { retention: "expires" },
          expiration: Duration.days(keepExportsDays ?? 0),
        })),
        { prefix: "idempotency/", expiration: Duration.days(2) }, // a day at least, whenever in a day S3 looks
        { prefix: "coordination/names/", expiration: Duration.days(2) }, // an hour's claim says nothing after the hour
        { prefix: "coordination/", expiration: Duration.days(keptMessageDays + 2) }, // longer than any message waits
      ],
    });
    this.addToResourcePolicy(this.denyOlderLinks(Duration.minutes(downloadUrlMinutes)));
  }

  get resource(): CfnBucket {
    return this.node.defaultChild as CfnBucket;
  }

  /** Links work if one of these roles signed them, and no other principal; whoever may read can still do so without. */
  denyLinksButOf(...roles: IRole[]): void {
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: "DenyLinksOfOthers",
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ["s3:*"],
        resources: [this.bucketArn, this.arnForObjects("*")],
        conditions: {
          StringEquals: { "s3:authType": "REST-QUERY-STRING" },
          ArnNotEquals: { "aws:PrincipalArn": roles.map(({ roleArn }) => roleArn) },
        },
      }),
    );
  }

  /** So a link cannot be made to live longer than the configuration says, whoever signs it. */
  private denyOlderLinks(age: Duration): PolicyStatement {
    return new PolicyStatement({
      sid: "DenyOlderLinks",
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ["s3:GetObject"],
      resources: [this.arnForObjects("*")],
      conditions: {
        StringEquals: { "s3:authType": "REST-QUERY-STRING" },
        NumericGreaterThan: { "s3:signatureAge": age.toMilliseconds() },
      },
    });
  }
}
