import { Match } from "aws-cdk-lib/assertions";
import { describe, expect, it } from "vitest";
import { resolver } from "../../local/assembly/resolver.ts";
import type { Template as TemplateJson } from "../../local/assembly/template.ts";
import { config, synthesized } from "./synthesized.ts";

const schedule = {
  name: "weekly",
  workspace_id: 123,
  report: "trends/projects",
  cron: "0 6 ? * MON *",
  period: "previous-week",
};
const template = synthesized({
  ...config,
  notify: ["accounts@acme.example", "https://hooks.acme.example/toggl"],
  alarm_notify: ["operations@acme.example"],
  schedules: [
    schedule,
    { ...schedule, name: "hourly", cron: undefined, rate: "1 hour", workspace_id: 789, time_zone: "UTC" },
    { ...schedule, name: "berlin", time_zone: "Europe/Berlin", workspace_id: 456 },
    { ...schedule, name: "paused", enabled: false },
    { ...schedule, name: "paused-berlin", time_zone: "Europe/Berlin", enabled: false },
  ],
});
const json = template.toJSON() as TemplateJson;
const resolve = resolver(json, { region: "eu-central-1", accountId: "1", stackName: "S", names: {} });
interface Properties extends Readonly<Record<string, unknown>> {
  readonly Targets?: { readonly DeadLetterConfig: object }[];
  readonly RedrivePolicy?: { readonly maxReceiveCount?: number };
  readonly PolicyDocument?: {
    readonly Statement: {
      readonly Action: string | string[];
      readonly Principal?: { readonly Service?: string | string[] };
      readonly Condition?: object;
    }[];
  };
}
const all = (type: string) =>
  Object.entries(template.findResources(type)).map(([id, { Properties }]) => ({
    id,
    properties: resolve(Properties) as Properties,
  }));
const queueNamed = (name: string) => all("AWS::SQS::Queue").find(({ id }) => id.startsWith(`Exports${name}`));
const arnOf = (id = "") => resolve({ "Fn::GetAtt": [id, "Arn"] });
const [queue, deadLetters, undelivered] = ["Queue", "DeadLetters", "Undelivered"].map(queueNamed);

describe("a schedule", () => {
  it("in UTC is a rule, in another zone a schedule of EventBridge Scheduler", () => {
    const timed = all("AWS::Events::Rule").flatMap(({ properties }) => properties.ScheduleExpression ?? []);
    expect(timed.sort()).toEqual(["cron(0 6 ? * MON *)", "cron(0 6 ? * MON *)", "rate(1 hour)", "rate(3 hours)"]);
    template.resourceCountIs("AWS::Scheduler::Schedule", 2);
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      ScheduleExpression: "cron(0 6 ? * MON *)",
      ScheduleExpressionTimezone: "Europe/Berlin",
      FlexibleTimeWindow: { Mode: "OFF" },
      State: "ENABLED",
    });
  });

  it("that is paused stays, disabled", () => {
    const states = [...all("AWS::Events::Rule"), ...all("AWS::Scheduler::Schedule")]
      .filter(({ id }) => id.includes("paused"))
      .map(({ properties }) => properties.State);
    expect(states).toEqual(["DISABLED", "DISABLED"]);
  });

  it("puts its name and its occurrence on the queue, in its token's group", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      ScheduleExpression: "rate(1 hour)",
      Targets: [
        Match.objectLike({
          SqsParameters: { MessageGroupId: "toggl/cafe" },
          InputTransformer: {
            InputPathsMap: { time: "$.time" },
            InputTemplate: '{"schedule":"hourly","occurrence":<time>}',
          },
        }),
      ],
    });
    template.hasResourceProperties("AWS::Scheduler::Schedule", {
      Target: Match.objectLike({
        SqsParameters: { MessageGroupId: "toggl/acme" },
        Input: '{"schedule":"berlin","occurrence":"<aws.scheduler.scheduled-time>"}',
      }),
    });
  });

  it("lies beside the functions that need it", () => {
    expect(JSON.stringify(json)).not.toContain("previous-week\\"); // only in descriptions, not in 4 KB of variables
  });
});

describe("every hop that nobody waits for has a dead-letter queue", () => {
  it("the rules and what they lead to", () => {
    const targets = all("AWS::Events::Rule").flatMap(({ properties }) => properties.Targets ?? []);
    expect(targets).toHaveLength(6);
    for (const { DeadLetterConfig } of targets) expect(DeadLetterConfig).toEqual({ Arn: arnOf(undelivered?.id) });
  });

  it("the schedules", () => {
    for (const { properties } of all("AWS::Scheduler::Schedule")) {
      expect(properties.Target).toMatchObject({ DeadLetterConfig: { Arn: arnOf(undelivered?.id) } });
    }
  });

  it("the topics' subscriptions", () => {
    const subscriptions = all("AWS::SNS::Subscription").map(({ properties }) => properties);
    expect(subscriptions.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`).sort()).toEqual([
      "email accounts@acme.example",
      "email operations@acme.example",
      "https https://hooks.acme.example/toggl",
    ]);
    for (const { RedrivePolicy } of subscriptions) {
      expect(RedrivePolicy).toEqual({ deadLetterTargetArn: arnOf(undelivered?.id) });
    }
  });

  it("the queue itself; a FIFO queue wants one of its kind, EventBridge and SNS want the other", () => {
    expect(queue?.properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf(deadLetters?.id),
      maxReceiveCount: 1000,
    });
    expect([queue, deadLetters, undelivered].map((one) => one?.properties.FifoQueue)).toEqual([true, true, undefined]);
  });

  it("and the two functions that are called asynchronously", () => {
    template.resourceCountIs("AWS::Lambda::EventSourceMapping", 1);
    const onFailure = { DestinationConfig: { OnFailure: { Destination: arnOf(undelivered?.id) } } };
    expect(all("AWS::Lambda::EventInvokeConfig").map(({ properties }) => properties)).toMatchObject([
      onFailure,
      onFailure,
    ]);
    const callers = JSON.stringify(all("AWS::Lambda::Permission"));
    expect(callers.match(/events\.amazonaws/g)).toHaveLength(3); // the watcher's rule, and two for notices
    expect(callers).not.toMatch(/sns\.amazonaws|s3\.amazonaws/);
  });
});

describe("the queue's numbers fit each other", () => {
  const [runExport] = all("AWS::Lambda::Function").filter(({ id }) => id.includes("RunExport"));
  const { Timeout = 0, Environment } = { ...runExport?.properties } as {
    Timeout?: number;
    Environment?: { Variables: object };
  };
  const {
    VisibilityTimeout = 0,
    MessageRetentionPeriod = 0,
    ContentBasedDeduplication,
  } = {
    ...queue?.properties,
  } as Record<string, number>;

  it("a message is hidden six times as long as a run may take", () => {
    expect(Timeout).toBe(300);
    expect(VisibilityTimeout).toBe(6 * Timeout);
  });

  it("a message that waits an hour for each quota is never set aside for it", () => {
    const hours = MessageRetentionPeriod / 3600;
    expect(hours).toBe(14 * 24);
    const { maxReceiveCount = 0 } = queue?.properties.RedrivePolicy ?? {};
    expect(maxReceiveCount).toBeGreaterThan(2 * hours);
  });

  it("what is set aside is kept at least as long as what waits", () => {
    for (const one of [deadLetters, undelivered]) {
      expect(one?.properties.MessageRetentionPeriod).toBe(MessageRetentionPeriod);
    }
  });

  it("leases and notes outlive every message", () => {
    template.hasResourceProperties("AWS::S3::Bucket", {
      LifecycleConfiguration: {
        Rules: Match.arrayWith([Match.objectLike({ Prefix: "coordination/", ExpirationInDays: 16 })]),
      },
    });
  });

  it("one message at a time is handed over, and fails alone", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 1,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      EventSourceArn: Match.anyValue(),
    });
    expect(ContentBasedDeduplication).toBe(true); // EventBridge sends no id of its own
    expect(Environment?.Variables).toMatchObject({ EXPORT_QUEUE_URL: resolve({ Ref: queue?.id }) });
  });

  it("all queues are encrypted, and refuse what is not", () => {
    for (const { properties } of all("AWS::SQS::Queue")) expect(properties.SqsManagedSseEnabled).toBe(true);
    template.resourceCountIs("AWS::SQS::QueuePolicy", 3);
    template.allResourcesProperties("AWS::SQS::QueuePolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
        ]),
      },
    });
  });

  it("their policies do not grow with the number of schedules", () => {
    const schedules = Array.from({ length: 60 }, (_, at) => ({ ...schedule, name: `number-${at}` }));
    const many = synthesized({ ...config, schedules });
    for (const { Properties } of Object.values(many.findResources("AWS::SQS::QueuePolicy"))) {
      expect(Properties.PolicyDocument.Statement.length).toBeLessThan(6);
    }
  });
});

describe("people are told", () => {
  it("of what failed, of what changed and of new files, but not of what did not change", () => {
    const patterns = all("AWS::Events::Rule").flatMap(({ properties }) => properties.EventPattern ?? []);
    expect(patterns).toEqual([
      {
        source: ["toggl-insights"],
        "detail-type": ["Export Failed", "Export Restated", "Export Rows Fell", "Export Columns Changed"],
      },
      {
        source: ["toggl-insights"],
        "detail-type": ["Export Succeeded"],
        detail: { unchanged: [{ exists: false }], restates: [{ exists: false }] },
      },
    ]);
  });

  it("by a function that is given the whole event: what an input template makes of a sentence has quotes", () => {
    const [sender] = all("AWS::Lambda::Function").filter(({ id }) => id.includes("SendNotices"));
    const rules = all("AWS::Events::Rule").filter(({ properties }) => properties.EventPattern);
    expect(rules.map(({ properties }) => properties.Targets)).toEqual(
      rules.map(() => [{ Id: "Target0", Arn: arnOf(sender?.id), DeadLetterConfig: { Arn: arnOf(undelivered?.id) } }]),
    );
  });

  it("by a topic that no service of AWS's publishes to, and of alarms by another that only CloudWatch publishes to", () => {
    const publishers = all("AWS::SNS::TopicPolicy").map(({ id, properties }) => [
      id.replace(/Topic.*/, ""),
      properties.PolicyDocument?.Statement.flatMap(({ Action, Principal }) =>
        Action === "sns:Publish" && Principal?.Service ? [Principal.Service] : [],
      ),
    ]);
    expect(publishers.sort()).toEqual([
      ["Alarms", ["cloudwatch.amazonaws.com"]],
      ["Notices", []],
    ]);
  });

  it("of alarms where alarm_notify names them, and of exports where notify does", () => {
    const subscribed = Object.values(template.findResources("AWS::SNS::Subscription")).map(({ Properties }) => [
      JSON.stringify(Properties.TopicArn).replace(/.*"(Alarms|Notices)Topic.*/, "$1"),
      Properties.Endpoint,
    ]);
    expect(subscribed.sort()).toEqual([
      ["Alarms", "operations@acme.example"],
      ["Notices", "accounts@acme.example"],
      ["Notices", "https://hooks.acme.example/toggl"],
    ]);
  });
});

it("has no topic, rule or function for notices where nobody is to have any", () => {
  const without = synthesized({ ...config, schedules: [schedule] });
  without.resourceCountIs("AWS::SNS::Topic", 1); // of alarms
  without.resourceCountIs("AWS::Events::Rule", 2); // the schedule's and the watcher's
  expect(JSON.stringify(without.toJSON())).not.toMatch(/Notices/);
});

describe("send-notices may", () => {
  it("publish to the topic of notices, and nothing else but log; its failures go to the queue in its name", () => {
    const statements = all("AWS::IAM::Policy")
      .filter(({ id }) => id.includes("SendNotices"))
      .flatMap(({ properties }) => properties.PolicyDocument?.Statement ?? [])
      .filter(({ Action }) => !JSON.stringify(Action).includes("logs:"));
    const [topic] = all("AWS::SNS::Topic").filter(({ id }) => id.startsWith("Notices"));
    expect(statements).toEqual([
      { Effect: "Allow", Action: "sns:Publish", Resource: resolve({ Ref: topic?.id }) },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: arnOf(undelivered?.id) },
    ]);
  });
});

describe("run-export may", () => {
  const statements = all("AWS::IAM::Policy")
    .filter(({ id }) => id.includes("RunExport"))
    .flatMap(({ properties }) => properties.PolicyDocument?.Statement ?? []);
  const actions = statements.flatMap(({ Action }) => Action);

  it("put nothing on its own queue, and delete nothing but what is current no more", () => {
    expect(actions.filter((action) => /^s3:|^sqs:|^events:/.test(action)).sort()).toEqual([
      "events:PutEvents",
      "s3:DeleteObject",
      "s3:GetObject",
      "s3:ListBucket",
      "s3:PutObject",
      "s3:PutObjectTagging",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ReceiveMessage",
      "sqs:SendMessage",
    ]);
  });

  it("send events under its own name only", () => {
    expect(statements.find(({ Action }) => Action === "events:PutEvents")?.Condition).toEqual({
      "ForAllValues:StringEquals": { "events:source": "toggl-insights" },
      Null: { "events:source": "false" },
    });
  });
});
