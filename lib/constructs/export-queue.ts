import { Duration, Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { EventInvokeConfigOptions, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Queue, QueueEncryption, type QueueProps } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { keptMessageDays, maxReceipts } from "../../lambdas/core/exports/delivery.ts";

/** How long one run may take. */
export const runTimeout = Duration.minutes(5);

/** What waits to be exported: one message a run, one run at a time for each token. */
export class ExportQueue extends Construct {
  readonly queue: Queue;
  /** What failed too often. Of the same kind as the queue, as SQS wants it. */
  readonly deadLetters: Queue;
  /** What EventBridge or SNS could not deliver. Those do not take a FIFO queue for it. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const kept: QueueProps = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(keptMessageDays),
    };
    this.deadLetters = new Queue(this, "DeadLetters", { ...kept, fifo: true });
    this.undelivered = new Queue(this, "Undelivered", kept);
    this.queue = new Queue(this, "Queue", {
      ...kept,
      fifo: true,
      contentBasedDeduplication: true, // EventBridge sends no id of its own
      visibilityTimeout: Duration.seconds(6 * runTimeout.toSeconds()), // AWS's advice for Lambda (docs/decisions/0007)
      // A message that waits is received again each time, so receipts are no attempts: the function counts those itself.
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceipts },
    });
    this.allowRules();
  }

  get queueUrl(): string {
    return this.queue.queueUrl;
  }

  grantSend(grantee: IGrantable): void {
    allow(this.queue, grantee, "sqs:SendMessage");
  }

  grantSetAside(grantee: IGrantable): void {
    allow(this.deadLetters, grantee, "sqs:SendMessage");
  }

  /** Has Lambda call a function again that failed while nobody waits for it, and put here in its name what failed each time. */
  takeFailuresOf(called: LambdaFunction, tries: Pick<EventInvokeConfigOptions, "retryAttempts" | "maxEventAge">): void {
    // CDK's own SqsDestination allows reading the queue's attributes and address too.
    const onFailure = { bind: () => ({ destination: this.undelivered.queueArn }) };
    called.configureAsyncInvoke({ ...tries, onFailure });
    allow(this.undelivered, called, "sqs:SendMessage");
  }

  /** What Lambda does on the queue in a function's name, and what the function does itself: hide a message for longer. */
  grantWork(grantee: IGrantable): void {
    const byLambda = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    allow(this.queue, grantee, ...byLambda, "sqs:ChangeMessageVisibility");
  }

  /**
   * One statement for all rules: a queue's policy has no room for one each. Their names are CloudFormation's to make up,
   * so it is the account's rules.
   */
  private allowRules(): void {
    const rules = Stack.of(this).formatArn({ service: "events", resource: "rule", resourceName: "*" });
    for (const queue of [this.queue, this.undelivered]) {
      queue.addToResourcePolicy(
        new PolicyStatement({
          principals: [new ServicePrincipal("events.amazonaws.com")],
          actions: ["sqs:SendMessage"],
          resources: [queue.queueArn],
          conditions: { ArnLike: { "aws:SourceArn": rules } },
        }),
      );
    }
  }
}

/** CDK's own grants allow more than is used, such as reading the queue's address. */
function allow(queue: Queue, grantee: IGrantable, ...actions: string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [queue.queueArn] }));
}
