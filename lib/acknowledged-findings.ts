import { type Stack, Validations } from "aws-cdk-lib";
import { objectPrefixes } from "./constructs/bucket-grants.ts";
import type { ExportsBucket } from "./constructs/exports-bucket.ts";

interface Acknowledged {
  readonly rules: readonly string[];
  readonly reason: string;
}

/** What cdk-nag finds and we leave as it is: a decision each, with the rules that it settles. */
export const acknowledgedFindings: readonly Acknowledged[] = [
  {
    rules: objectPrefixes.map((prefix) => `AwsSolutions-IAM5[Resource::<{bucket}.Arn>/${prefix}/*]`),
    reason: "The only wildcards are key prefixes in the exports bucket; test/lib/policies.test.ts walks all policies.",
  },
  {
    rules: ["AwsSolutions-COG4", "AwsSolutions-APIG3"],
    reason: "Callers are AWS identities (IAM), or hold a JWT. A WAF costs money: web_acl_arn puts one in front.",
  },
  {
    rules: ["AwsSolutions-S1", "AwsSolutions-APIG1", "AwsSolutions-APIG6", "Serverless-APIGWAccessLogging"],
    reason:
      "S3's access logs and the gateway's execution logs would hold working links and bodies. The functions log every call; access_logs turns the gateway's own on, which needs a role that belongs to the whole account.",
  },
  {
    rules: ["AwsSolutions-APIG2"],
    reason:
      "The functions check every field and name each fault at once; validate_at_gateway has the gateway check bodies too.",
  },
  {
    rules: [
      "AwsSolutions-SQS3",
      "Serverless-SQSRedrivePolicy",
      "Serverless-LambdaDLQ",
      "Serverless-LambdaEventSourceMappingDestination",
    ],
    reason:
      "Dead-letter queues end the line. A mapping from SQS takes no destination: its queue has the dead-letter queue. Functions that are invoked asynchronously have a destination for failures.",
  },
  {
    rules: ["Serverless-LambdaTracing", "Serverless-APIGWXrayEnabled"],
    reason:
      "Tracing costs 23 ms of a cold start and needs rights on all resources. Logs have the durations of each phase.",
  },
];

/** Acknowledges them for a whole stack. */
export function acknowledgeFindings(stack: Stack, bucket: ExportsBucket): void {
  const bucketId = stack.getLogicalId(bucket.resource);
  for (const { rules, reason } of acknowledgedFindings) {
    Validations.of(stack).acknowledge(...rules.map((rule) => ({ id: rule.replace("{bucket}", bucketId), reason })));
  }
}
