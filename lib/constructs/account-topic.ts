import { Stack } from "aws-cdk-lib";
import { type Grant, type IGrantable, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription, UrlSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";

interface AccountTopicProps {
  /** Who sends, as mails name it. */
  readonly displayName: string;
  /** E-mail and https addresses that are sent everything. */
  readonly addresses: readonly string[];
  /** For what cannot be delivered to them. */
  readonly undelivered: IQueue;
}

/**
 * A topic to which AWS's services publish for this account alone: a service's name stands for it in every account, and
 * CDK's own grants allow them all. CloudWatch fulfils the condition
 * (https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html); EventBridge does not, and needs a role.
 */
export class AccountTopic extends Topic {
  constructor(scope: Construct, id: string, { displayName, addresses, undelivered }: AccountTopicProps) {
    super(scope, id, { displayName, enforceSSL: true });
    for (const address of addresses) {
      const subscription = address.startsWith("https:") ? UrlSubscription : EmailSubscription;
      this.addSubscription(new subscription(address, { deadLetterQueue: undelivered }));
    }
  }

  override grantPublish(grantee: IGrantable): Grant {
    const { grantPrincipal } = grantee;
    if (!(grantPrincipal instanceof ServicePrincipal)) return super.grantPublish(grantee);
    return super.grantPublish(
      grantPrincipal.withConditions({ StringEquals: { "aws:SourceAccount": Stack.of(this).account } }),
    );
  }
}
