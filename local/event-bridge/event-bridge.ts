import { randomUUID } from "node:crypto";
import { type Account, type Caller, type Holders, soleKey } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import { startJsonService } from "../aws/signed-service.ts";
import type { Listening } from "../listening.ts";
import type { LocalQueue } from "../sqs/fifo-queue.ts";
import type { BusEvent } from "./bus-event.ts";
import { fits } from "./event-pattern.ts";
import type { EventRule, EventTarget, TimedRule } from "./from-template.ts";
import { transformed } from "./input-transformer.ts";
import { startTimer } from "./timer.ts";

interface EventBridgeOptions extends Holders {
  readonly eventRules: readonly EventRule[];
  readonly timedRules: readonly TimedRule[];
  readonly queues: ReadonlyMap<string, LocalQueue>;
  readonly region: string;
  readonly accountId: string;
  /** Calls a function of the template; other ARNs are none of its business. */
  readonly invoke: (arn: string, body: string) => void;
  /** Sees every event that is put on the bus. */
  readonly onEvent: (event: BusEvent) => void;
  /** Publishes to a topic of the template; other ARNs are none of its business. */
  readonly publish: (arn: string, sent: { readonly message: string }) => void;
  /** Sees why something could not be delivered. */
  readonly onUndelivered?: (reason: string) => void;
}

/** EventBridge on this machine: the bus, and the rules and schedules of the template. */
export interface LocalEventBridge extends Listening {
  /**
   * Fires the rule or schedule that has this ARN or whose message names this schedule, as though it were due at this moment.
   * @returns whether there is one
   */
  fire(schedule: string, at: Date): boolean;
}

export async function startEventBridge(options: EventBridgeOptions): Promise<LocalEventBridge> {
  const { eventRules, timedRules, region, accountId, credentials, account = soleKey(credentials) } = options;
  const busArn = `arn:aws:events:${region}:${accountId}:event-bus/default`;

  const put = (entry: Record<string, unknown>): void => {
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
    for (const { arn, pattern, targets } of eventRules) {
      if (fits(event, pattern)) for (const target of targets) deliver(target, event, senderOf(arn), options);
    }
  };
  const senderOf = (arn: string, scheduler?: TimedRule["scheduler"]): Caller =>
    options.account ? senderIn(options.account, arn, scheduler) : { denial: () => undefined };
  const fireRule = ({ arn, scheduler, targets }: TimedRule, at: Date): void => {
    const event = {
      ...scheduledEvent,
      id: randomUUID(),
      account: accountId,
      region,
      time: isoSecond(at),
      resources: [arn],
    };
    for (const target of targets) deliver(target, event, senderOf(arn, scheduler), options);
  };

  const timers = timedRules
    .filter(({ enabled }) => enabled)
    .map((rule) => startTimer(rule, (at) => fireRule(rule, at)));
  const listening = await startJsonService({
    service: "events",
    version: "1.1",
    maxBodyBytes: 1024 * 1024,
    region,
    account,
    operations: {
      "AWSEvents.PutEvents": ({ Entries }, caller) => {
        const entries = Entries as Record<string, unknown>[];
        const context = {
          "events:source": entries.map(({ Source }) => String(Source)),
          "events:detail-type": entries.map(({ DetailType }) => String(DetailType)),
        };
        const denial = caller.denial("events:PutEvents", busArn, context);
        if (denial) throw new AwsError(400, "AccessDeniedException", denial);
        for (const entry of entries) put(entry);
        return { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: randomUUID() })) };
      },
    },
  });
  return {
    ...listening,
    fire(schedule, at) {
      const rule = timedRules.find(
        ({ arn, targets }) => arn === schedule || targets.some((target) => scheduleOf(target) === schedule),
      );
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

/** Who delivers: EventBridge in the name of a rule, or Scheduler with a role. */
function senderIn(account: Account, arn: string, scheduler: TimedRule["scheduler"]): Caller {
  if (!scheduler) return account.serviceCaller("events.amazonaws.com", arn);
  const service = account.serviceCaller("scheduler.amazonaws.com", scheduler.groupArn);
  const role = account.roleCaller(scheduler.roleArn);
  return {
    denial: (...request) => service.denial("sts:AssumeRole", scheduler.roleArn) ?? role.denial(...request),
  };
}

const deliveries: Readonly<Record<string, string>> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  lambda: "lambda:InvokeFunction",
};

/** Hands an event to a target, if the target's policy or the sender's role lets it; else to the queue for what cannot be. */
function deliver(
  target: EventTarget,
  event: BusEvent,
  sender: Caller,
  { queues, invoke, publish, onUndelivered }: EventBridgeOptions,
): void {
  const body = target.transform ? transformed(target.transform, event) : JSON.stringify(event);
  const action = deliveries[target.arn.split(":")[2] ?? ""] ?? "";
  const denial = sender.denial(action, target.arn);
  if (denial !== undefined) {
    onUndelivered?.(denial);
    const { deadLettersArn = "" } = target;
    const deadLetters = queues.get(deadLettersArn);
    if (deadLetters && sender.denial(deliveries.sqs ?? "", deadLettersArn) === undefined) deadLetters.send({ body });
    return;
  }
  queues.get(target.arn)?.send({ body, group: target.messageGroupId });
  invoke(target.arn, body);
  publish(target.arn, { message: body });
}

/** The schedule that a target's message names. */
function scheduleOf({ transform }: EventTarget): string | undefined {
  return /"schedule":"([^"]*)"/.exec(transform?.template ?? "")?.[1];
}

function isoSecond(time: Date): string {
  return time.toISOString().replace(/\.\d+Z$/, "Z");
}
