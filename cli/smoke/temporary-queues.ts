import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { SQSClient } from "@aws-sdk/client-sqs";

/** Where AWS is, and with whose key it is asked; the SDK's usual chain for what is left out. */
export interface AwsPlace {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Every name begins so: what is left behind can be told from everything else of the account. */
const namePrefix = "toggl-insights-smoke-";

export const temporaryName = () => `${namePrefix}${randomBytes(6).toString("hex")}`;

/** Hears of what could not be removed, and of the command that removes it. */
export type OnLeftBehind = (command: string) => void;

export interface TemporaryQueue {
  readonly url: string;
  readonly arn: string;
}

interface QueueMessage {
  readonly body: string;
  readonly group: string | undefined;
}

/** Queues of our own that are made for one question, and removed after it whatever comes of it. */
export interface TemporaryQueues {
  /** Makes a queue, has it used, and removes it. */
  withQueue<T>(attributes: Readonly<Record<string, string>>, use: (queue: TemporaryQueue) => Promise<T>): Promise<T>;
  setPolicy(queue: TemporaryQueue, policy: object): Promise<void>;
  send(queue: TemporaryQueue, message: { body: string; group: string }): Promise<void>;
  /** What lies there now, up to ten; each is removed. */
  take(queue: TemporaryQueue): Promise<QueueMessage[]>;
  /** Has SQS move what lies in one to the other, or to where it came from. */
  startMove(from: TemporaryQueue, to: TemporaryQueue | undefined): Promise<void>;
  /** How the latest move stands: its status and, where it failed, SQS's reason. */
  moveState(from: TemporaryQueue): Promise<{ status: string; reason: string | undefined }>;
}

/** For all of a client's calls: none waits for longer. */
export const requestHandler = { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true };

/** Whether AWS may have done what it was asked for all the same: its answer was lost, or came too late. */
export function mayBeDone(error: Error): boolean {
  const { code = "", $metadata } = error as Error & { code?: string; $metadata?: { httpStatusCode?: number } };
  const wasNeverAsked = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test(code) || /ProviderError$/.test(error.name);
  return !wasNeverAsked && ($metadata?.httpStatusCode ?? 500) >= 500;
}

interface TemporaryQueuesNeeds {
  readonly onLeftBehind: OnLeftBehind;
  /** SQS wants a second before a new queue is used (its reference, CreateQueue). */
  readonly settleMs?: number;
}

/** SQS's own, with its client, which is loaded when it is asked for. */
export function temporaryQueues(
  place: AwsPlace,
  { onLeftBehind, settleMs = 1500 }: TemporaryQueuesNeeds,
): TemporaryQueues {
  let loaded: Promise<{ sqs: typeof import("@aws-sdk/client-sqs"); client: SQSClient }> | undefined;
  const load = () => {
    loaded ??= import("@aws-sdk/client-sqs").then((sqs) => ({
      sqs,
      client: new sqs.SQSClient({ ...place, requestHandler }),
    }));
    return loaded;
  };
  return {
    async withQueue(attributes, use) {
      const { sqs, client } = await load();
      const name = `${temporaryName()}${attributes.FifoQueue === "true" ? ".fifo" : ""}`;
      const Attributes = { MessageRetentionPeriod: "3600", ...attributes };
      const making = client.send(new sqs.CreateQueueCommand({ QueueName: name, Attributes }));
      const { QueueUrl: url = "" } = await making.catch((error: Error) => {
        if (mayBeDone(error)) {
          const found = `aws sqs get-queue-url --queue-name ${name} --query QueueUrl --output text`;
          onLeftBehind(`aws sqs delete-queue --queue-url "$(${found})"`);
        }
        throw error;
      });
      try {
        await sleep(settleMs);
        const AttributeNames = ["QueueArn" as const];
        const found = await client.send(new sqs.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }));
        return await use({ url, arn: found.Attributes?.QueueArn ?? "" });
      } finally {
        await client
          .send(new sqs.DeleteQueueCommand({ QueueUrl: url }))
          .catch(() => onLeftBehind(`aws sqs delete-queue --queue-url ${url}`));
      }
    },
    async setPolicy({ url: QueueUrl }, policy) {
      const { sqs, client } = await load();
      const Attributes = { Policy: JSON.stringify(policy) };
      await client.send(new sqs.SetQueueAttributesCommand({ QueueUrl, Attributes }));
    },
    async send({ url: QueueUrl }, { body: MessageBody, group: MessageGroupId }) {
      const { sqs, client } = await load();
      const MessageDeduplicationId = randomBytes(16).toString("hex");
      await client.send(new sqs.SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }));
    },
    async take({ url: QueueUrl }) {
      const { sqs, client } = await load();
      const { Messages = [] } = await client.send(
        new sqs.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ["MessageGroupId"],
        }),
      );
      for (const { ReceiptHandle } of Messages) {
        await client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      }
      return Messages.map(({ Body: body = "", Attributes }) => ({ body, group: Attributes?.MessageGroupId }));
    },
    async startMove({ arn: SourceArn }, to) {
      const { sqs, client } = await load();
      await client.send(new sqs.StartMessageMoveTaskCommand({ SourceArn, ...(to && { DestinationArn: to.arn }) }));
    },
    async moveState({ arn: SourceArn }) {
      const { sqs, client } = await load();
      const { Results: [latest] = [] } = await client.send(new sqs.ListMessageMoveTasksCommand({ SourceArn }));
      return { status: latest?.Status ?? "unknown", reason: latest?.FailureReason };
    },
  };
}
