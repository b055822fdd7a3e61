import { Stack } from "aws-cdk-lib";
import { type Grant, type IGrantable, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Topic } from "aws-cdk-lib/aws-sns";

/**
 * A topic to which AWS's services publish for this account alone: a service's name stands for it in every account, and
 * CDK's own grants allow them all.
 */
export class AccountTopic extends Topic {
  override grantPublish(grantee: IGrantable): Grant {
    const { grantPrincipal } = grantee;
    if (!(grantPrincipal instanceof ServicePrincipal)) return super.grantPublish(grantee);
    return super.grantPublish(
      grantPrincipal.withConditions({ StringEquals: { "aws:SourceAccount": Stack.of(this).account } }),
    );
  }
}
