import { randomUUID } from "node:crypto";
import type { EventRule, EventTarget, TimedRule, TopicSubscription } from "./assembly/events.ts";
import type { Credentials } from "./aws/credentials.ts";
import { startJsonService } from "./aws/json-service.ts";
import type { BusEvent } from "./event-bridge/bus-event.ts";
import { fits } from "./event-bridge/event-pattern.ts";
import { transformed } from "./event-bridge/input-transformer.ts";
import { startTimer } from "./event-bridge/timer.ts";
import type { Listening } from "./listening.ts";
import type { LocalQueue } from "./sqs/fifo-queue.ts";

interface EventBridgeOptions {
  readonly eventRules: readonly EventRule[];
  readonly timedRules: readonly TimedRule[];
  readonly subscriptions: readonly TopicSubscription[];
  readonly queues: ReadonlyMap<string, LocalQueue>;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  /** Calls a function of the template; other ARNs are none of its business. */
  readonly invoke: (arn: string, body: string) => void;
  /** Sees every event that is put on the bus. */
  readonly onEvent: (event: BusEvent) => void;
  /** Sees what a topic would send to somebody. */
  readonly onNotice: (subscription: TopicSubscription, message: string) => void;
}

/** EventBridge on this machine: the bus, the rules and schedules of the template, and the topics that they lead to. */
export interface LocalEventBridge extends Listening {
  /**
   * Fires the rule or schedule whose message names this schedule, as though it were due at this moment.
   * @returns whether there is one
   */
  fire(schedule: string, at: Date): boolean;
}

export async function startEventBridge(options: EventBridgeOptions): Promise<LocalEventBridge> {
  const { eventRules, timedRules, region, accountId, credentials } = options;

  const publish = (entry: Record<string, unknown>): void => {
    const event: BusEvent = {
      version: "0",
      id: randomUUID(),
      source: String(entry.Source),
      "detail-type": String(entry.DetailType),
      account: accountId,
      region,
      time: isoSecond(new Date()),
      resources: [],
      detail: JSON.parse(String(entry.Detail)),
    };
    options.onEvent(event);
    for (const { pattern, targets } of eventRules) {
      if (fits(event, pattern)) for (const target of targets) deliver(target, event, options);
    }
  };
  const fireRule = ({ arn, targets }: TimedRule, at: Date): void => {
    const event = {
      ...scheduledEvent,
      id: randomUUID(),
      account: accountId,
      region,
      time: isoSecond(at),
      resources: [arn],
    };
    for (const target of targets) deliver(target, event, options);
  };

  const timers = timedRules
    .filter(({ enabled }) => enabled)
    .map((rule) => startTimer(rule, (at) => fireRule(rule, at)));
  const listening = await startJsonService({
    service: "events",
    version: "1.1",
    mostBodyBytes: 1024 * 1024,
    region,
    credentials,
    operations: {
      "AWSEvents.PutEvents": ({ Entries }) => {
        const entries = Entries as Record<string, unknown>[];
        for (const entry of entries) publish(entry);
        return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: randomUUID() })) };
      },
    },
  });
  return {
    ...listening,
    fire(schedule, at) {
      const rule = timedRules.find(({ targets }) => targets.some((target) => scheduleOf(target) === schedule));
      if (rule) fireRule(rule, at);
      return rule !== undefined;
    },
    async close() {
      for (const timer of timers) timer.stop();
      await listening.close();
    },
  };
}

const scheduledEvent = { version: "0", source: "aws.events", "detail-type": "Scheduled Event", detail: {} };

function deliver(
  target: EventTarget,
  event: BusEvent,
  { queues, invoke, subscriptions, onNotice }: EventBridgeOptions,
): void {
  const body = target.transform ? transformed(target.transform, event) : JSON.stringify(event);
  queues.get(target.arn)?.send({ body, group: target.messageGroupId });
  invoke(target.arn, body);
  for (const subscription of subscriptions) {
    if (subscription.topicArn === target.arn) onNotice(subscription, body);
  }
}

/** The schedule that a target's message names. */
function scheduleOf({ transform }: EventTarget): string | undefined {
  return /"schedule":"([^"]*)"/.exec(transform?.template ?? "")?.[1];
}

function isoSecond(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
