import { setTimeout as sleep } from "node:timers/promises";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { InvocationResult } from "../lambda/invocation.ts";
import type { LocalQueue, StoredMessage } from "./fifo-queue.ts";
import type { TemplateEventSource } from "./from-template.ts";

interface EventSourceNeeds {
  readonly source: TemplateEventSource;
  readonly queue: LocalQueue;
  readonly region: string;
  readonly invoke: (functionId: string, event: unknown) => Promise<InvocationResult>;
}

/** How often to look for messages, in milliseconds. */
const pollMs = 25;

/** Has a function work on a queue, as Lambda's event source mappings do. */
export function startEventSource({ source, queue, region, invoke }: EventSourceNeeds) {
  const stopped = new AbortController();
  const working = new Set<Promise<void>>();

  const work = async (messages: readonly StoredMessage[]): Promise<void> => {
    const event = { Records: messages.map((message) => recordOf(message, source.queueArn, region)) };
    const result = await invoke(source.functionId, event);
    // A function that failed says nothing of its messages: they come again when their time is up.
    if (result.failed || stopped.signal.aborted) return;
    const { batchItemFailures = [] }: Partial<SQSBatchResponse> = JSON.parse(result.payload) ?? {};
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { id, receiptHandle = "" } of messages) if (!failed.has(id)) queue.delete(receiptHandle);
  };
  const poll = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      const messages = queue.receive(source.batchSize);
      if (messages.length > 0) {
        const done = work(messages)
          .catch(() => {})
          .finally(() => working.delete(done));
        working.add(done);
      } else await sleep(pollMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  };
  const polling = poll();
  return {
    /** Takes no further messages; those that are being worked on are not waited for. */
    async close() {
      stopped.abort();
      await polling;
    },
  };
}

function recordOf(message: StoredMessage, eventSourceARN: string, awsRegion: string): SQSEvent["Records"][number] {
  const { id, body, group, deduplicationId, receiptHandle = "", receiveCount, sentAt, firstReceivedAt = 0 } = message;
  return {
    messageId: id,
    receiptHandle,
    body,
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: String(sentAt),
      SenderId: "local",
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
      ...(group && { MessageGroupId: group, MessageDeduplicationId: deduplicationId }),
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN,
    awsRegion,
  };
}
