import { Stack } from "aws-cdk-lib";
import { EventField, type EventPattern, Match, Rule, RuleTargetInput } from "aws-cdk-lib/aws-events";
import { SnsTopic } from "aws-cdk-lib/aws-events-targets";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { eventSource } from "../../lambdas/core/export-event.ts";
import { AccountTopic } from "./account-topic.ts";
import type { ExportQueue } from "./export-queue.ts";

interface ExportNoticesProps {
  /** E-mail and https addresses. */
  readonly notify: readonly string[];
  readonly queue: ExportQueue;
}

/** A topic that tells people what was made, what failed and what changed: one sentence each. */
export class ExportNotices extends Construct {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { notify, queue }: ExportNoticesProps) {
    super(scope, id);
    const { undelivered } = queue;
    this.topic = new AccountTopic(this, "Topic", { displayName: "Toggl Insights", addresses: notify, undelivered });
    // A text template: AWS's own tutorial shows its result in quotes (docs/schedules.md).
    const target = new SnsTopic(this.topic, {
      message: RuleTargetInput.fromText(EventField.fromPath("$.detail.summary")),
      deadLetterQueue: undelivered,
      role: this.publisher(),
    });
    this.addRule("Problems", { detailType: ["Export Failed", "Export Restated", "Export Rows Fell"] }, target);
    // What did not change is no news, and what changed is told of as restated.
    const isNews = { unchanged: Match.doesNotExist(), restates: Match.doesNotExist() };
    this.addRule("Files", { detailType: ["Export Succeeded"], detail: isNews }, target);
  }

  /**
   * EventBridge publishes with a role, which this account's rules alone may use: in a topic's own policy it cannot fulfil
   * conditions (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html).
   */
  private publisher(): Role {
    const rules = Stack.of(this).formatArn({ service: "events", resource: "rule", resourceName: "*" });
    const conditions = {
      StringEquals: { "aws:SourceAccount": Stack.of(this).account },
      ArnLike: { "aws:SourceArn": rules },
    };
    return new Role(this, "Role", { assumedBy: new ServicePrincipal("events.amazonaws.com", { conditions }) });
  }

  private addRule(id: string, pattern: EventPattern, target: SnsTopic): void {
    new Rule(this, id, { eventPattern: { source: [eventSource], ...pattern }, targets: [target] });
  }
}
