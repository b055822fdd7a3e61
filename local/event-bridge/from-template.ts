import type { Resolve } from "../assembly/resolver.ts";
import { resourcesOf, type Template } from "../assembly/template.ts";

/** Where an event goes. */
export interface EventTarget {
  readonly arn: string;
  readonly messageGroupId?: string | undefined;
  /** The queue for what cannot be delivered. */
  readonly deadLettersArn?: string | undefined;
  /** What goes there, made from the event; the event itself if left out. */
  readonly transform?: { readonly paths: Readonly<Record<string, string>>; readonly template: string };
}

/** A rule for events that fit a pattern. */
export interface EventRule {
  readonly arn: string;
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly targets: readonly EventTarget[];
}

/** A rule or a schedule that fires by itself. */
export interface TimedRule {
  /** Its ARN, which is what AWS's scheduled events name as their resource. */
  readonly arn: string;
  /** Such as `cron(0 6 3 * ? *)` or `rate(1 hour)`. */
  readonly expression: string;
  readonly timeZone: string;
  readonly enabled: boolean;
  /** Of EventBridge Scheduler: the role that it sends with, and the group of schedules in whose name it assumes it. */
  readonly scheduler?: { readonly roleArn: string; readonly groupArn: string };
  readonly targets: readonly EventTarget[];
}

/** Who gets what is published to a topic. */
export interface TopicSubscription {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
}

interface RuleProperties {
  readonly EventPattern?: Readonly<Record<string, unknown>>;
  readonly ScheduleExpression?: string;
  readonly State?: string;
  readonly Targets?: readonly TargetProperties[];
}

interface TargetProperties {
  readonly Arn: string;
  readonly SqsParameters?: { readonly MessageGroupId: string };
  readonly DeadLetterConfig?: { readonly Arn: string };
  readonly InputTransformer?: { readonly InputPathsMap: Record<string, string>; readonly InputTemplate: string };
}

export function readEventRules(template: Template, resolve: Resolve): EventRule[] {
  return rulesOf(template, resolve).flatMap(([id, { EventPattern: pattern, Targets = [] }]) => {
    const arn = String(resolve({ "Fn::GetAtt": [id, "Arn"] }));
    return pattern ? [{ arn, pattern, targets: Targets.map(targetOf) }] : [];
  });
}

export function readTimedRules(template: Template, resolve: Resolve): TimedRule[] {
  const rules = rulesOf(template, resolve).flatMap(([id, { ScheduleExpression: expression, State, Targets = [] }]) => {
    const arn = String(resolve({ "Fn::GetAtt": [id, "Arn"] }));
    const timed = { arn, timeZone: "UTC", enabled: State !== "DISABLED", targets: Targets.map(targetOf) };
    return expression === undefined ? [] : [{ ...timed, expression }];
  });
  return [...rules, ...readSchedules(template, resolve)];
}

export function readSubscriptions(template: Template, resolve: Resolve): TopicSubscription[] {
  return resourcesOf(template, "AWS::SNS::Subscription").map(([, properties]) => {
    const { TopicArn, Protocol, Endpoint } = resolve(properties) as Record<string, string>;
    return { topicArn: TopicArn ?? "", protocol: Protocol ?? "", endpoint: Endpoint ?? "" };
  });
}

function rulesOf(template: Template, resolve: Resolve): [id: string, RuleProperties][] {
  return resourcesOf(template, "AWS::Events::Rule").map(([id, properties]) => [
    id,
    resolve(properties) as RuleProperties,
  ]);
}

function targetOf({ Arn, SqsParameters, DeadLetterConfig, InputTransformer }: TargetProperties): EventTarget {
  return {
    arn: Arn,
    deadLettersArn: DeadLetterConfig?.Arn,
    messageGroupId: SqsParameters?.MessageGroupId,
    ...(InputTransformer && {
      transform: { paths: InputTransformer.InputPathsMap, template: InputTransformer.InputTemplate },
    }),
  };
}

interface ScheduleProperties {
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone?: string;
  readonly State?: string;
  readonly GroupName?: string;
  readonly Target: TargetProperties & { readonly Input?: string; readonly RoleArn: string };
}

/** Scheduler's input has a context attribute where a rule's has a path into the event. */
function readSchedules(template: Template, resolve: Resolve): TimedRule[] {
  return resourcesOf(template, "AWS::Scheduler::Schedule").map(([id, properties]) => {
    const schedule = resolve(properties) as ScheduleProperties;
    const { ScheduleExpression, ScheduleExpressionTimezone, State, GroupName = "default", Target } = schedule;
    const input = Target.Input?.replaceAll("<aws.scheduler.scheduled-time>", "<time>");
    const transform = input === undefined ? {} : { transform: { paths: { time: "$.time" }, template: input } };
    return {
      arn: String(resolve({ "Fn::GetAtt": [id, "Arn"] })),
      expression: ScheduleExpression,
      timeZone: ScheduleExpressionTimezone ?? "UTC",
      enabled: State !== "DISABLED",
      scheduler: {
        roleArn: Target.RoleArn,
        groupArn: String(
          resolve({ "Fn::Sub": `arn:aws:scheduler:\${AWS::Region}:\${AWS::AccountId}:schedule-group/${GroupName}` }),
        ),
      },
      targets: [{ ...targetOf(Target), ...transform }],
    };
  });
}
