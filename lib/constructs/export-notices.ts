import { Duration } from "aws-cdk-lib";
import { type EventPattern, Match, Rule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Topic } from "aws-cdk-lib/aws-sns";
import { Construct } from "constructs";
import { eventSource } from "../../lambdas/core/exports/export-event.ts";
import type { Config } from "../config/config-schema.ts";
import { AccountTopic } from "./account-topic.ts";
import type { ExportQueue } from "./export-queue.ts";
import { InsightsFunction } from "./insights-function.ts";

interface ExportNoticesProps {
  readonly config: Config;
  readonly queue: ExportQueue;
}

/**
 * Tells people what was made, what failed and what changed: one sentence each. A function sends it, since what a rule's
 * input template makes is JSON: the topic itself as target would send each sentence in double quotes (docs/schedules.md).
 */
export class ExportNotices extends Construct {
  readonly topic: Topic;
  readonly sendNotices: IFunction;

  constructor(scope: Construct, id: string, { config, queue }: ExportNoticesProps) {
    super(scope, id);
    const { undelivered } = queue;
    this.topic = new AccountTopic(this, "Topic", {
      displayName: "Toggl Insights",
      addresses: config.notify,
      undelivered,
    });
    const sendNotices = new InsightsFunction(this, "SendNotices", {
      name: "send-notices",
      description: "Sends people what events say of exports",
      environment: { SERVICE_NAME: config.stack_name, NOTICES_TOPIC_ARN: this.topic.topicArn },
      memoryMegabytes: 256, // 51 measured; nobody waits for its start
      timeoutSeconds: 30,
      config,
    });
    this.sendNotices = sendNotices;
    this.topic.grantPublish(sendNotices);
    // As often and as long as Lambda can: a late notice is worth more than a dead letter. EventBridge itself tries for a day.
    queue.takeFailuresOf(sendNotices, { retryAttempts: 2, maxEventAge: Duration.hours(6) });
    const target = new LambdaFunction(sendNotices, { deadLetterQueue: undelivered });
    const problems = ["Export Failed", "Export Restated", "Export Rows Fell", "Export Columns Changed"];
    this.addRule("Problems", { detailType: problems }, target);
    // What did not change is no news, and what changed has a notice of its own: restated.
    const isNews = { unchanged: Match.doesNotExist(), restates: Match.doesNotExist() };
    this.addRule("Files", { detailType: ["Export Succeeded"], detail: isNews }, target);
  }

  private addRule(id: string, pattern: EventPattern, target: LambdaFunction): void {
    new Rule(this, id, { eventPattern: { source: [eventSource], ...pattern }, targets: [target] });
  }
}
