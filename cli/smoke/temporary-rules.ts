import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import {
  type AwsPlace,
  mayBeDone,
  type OnLeftBehind,
  requestHandler,
  type TemporaryQueue,
  type TemporaryQueues,
  temporaryName,
} from "./temporary-queues.ts";

/** When a rule fires, and what it then sends. */
interface RuleSpec {
  /** Such as `cron(0 6 * * ? *)`; worked out at the moment when the rule is made. */
  readonly schedule: () => string;
  readonly paths: Readonly<Record<string, string>>;
  readonly template: string;
}

interface Heard {
  /** What the rule has sent since the last look. */
  heard(): Promise<string[]>;
  /** When the rule was there, in milliseconds since 1970. */
  readonly madeAt: number;
}

/** Rules of our own on the default bus that are made for one question, each with a queue that it sends to. */
export interface TemporaryRules {
  /** @param settle waits until the queue's policy counts */
  withRule<T>(spec: RuleSpec, settle: () => Promise<unknown>, use: (rule: Heard) => Promise<T>): Promise<T>;
}

const targetId = "queue";

/** EventBridge's own, with its client, which is loaded when it is asked for. */
export function temporaryRules(place: AwsPlace, queues: TemporaryQueues, onLeftBehind: OnLeftBehind): TemporaryRules {
  let loaded: Promise<{ bridge: typeof import("@aws-sdk/client-eventbridge"); client: EventBridgeClient }> | undefined;
  const load = () => {
    loaded ??= import("@aws-sdk/client-eventbridge").then((bridge) => ({
      bridge,
      client: new bridge.EventBridgeClient({ ...place, requestHandler }),
    }));
    return loaded;
  };
  const remove = async (Name: string): Promise<void> => {
    const { bridge, client } = await load();
    // A rule is not removed as long as it has targets.
    await client.send(new bridge.RemoveTargetsCommand({ Rule: Name, Ids: [targetId] })).catch(() => {});
    await client
      .send(new bridge.DeleteRuleCommand({ Name }))
      .catch(() =>
        onLeftBehind(
          `aws events remove-targets --rule ${Name} --ids ${targetId}; aws events delete-rule --name ${Name}`,
        ),
      );
  };
  return {
    withRule: ({ schedule, paths, template }, settle, use) =>
      queues.withQueue({}, async (queue) => {
        const { bridge, client } = await load();
        const Name = temporaryName();
        await queues.setPolicy(queue, mayBeSentBy(Name, queue));
        await settle();
        let mayBeThere = true;
        try {
          await client
            .send(new bridge.PutRuleCommand({ Name, ScheduleExpression: schedule() }))
            .catch((error: Error) => {
              mayBeThere = mayBeDone(error);
              throw error;
            });
          const InputTransformer = { InputPathsMap: paths, InputTemplate: template };
          const { FailedEntryCount, FailedEntries: [failed] = [] } = await client.send(
            new bridge.PutTargetsCommand({ Rule: Name, Targets: [{ Id: targetId, Arn: queue.arn, InputTransformer }] }),
          );
          if (FailedEntryCount) throw new Error(`EventBridge takes no target: ${failed?.ErrorMessage}`);
          const madeAt = Date.now();
          const heard = async () => (await queues.take(queue)).map(({ body }) => body);
          return await use({ heard, madeAt });
        } finally {
          if (mayBeThere) await remove(Name);
        }
      }),
  };
}

/** For this one rule of this account. */
function mayBeSentBy(rule: string, { arn }: TemporaryQueue): object {
  const [, partition = "aws", , region, account] = arn.split(":");
  const statement = {
    Effect: "Allow",
    Principal: { Service: "events.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: arn,
    Condition: { ArnEquals: { "aws:SourceArn": `arn:${partition}:events:${region}:${account}:rule/${rule}` } },
  };
  return { Version: "2012-10-17", Statement: [statement] };
}
