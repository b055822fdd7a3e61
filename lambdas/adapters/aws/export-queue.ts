import { randomUUID } from "node:crypto";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Deadline } from "../../core/deadline.ts";
import type { QueueMessage } from "../../core/exports/run-order.ts";
import { Failure } from "../../core/failure.ts";
import type { OutgoingMessage, Queue } from "../../core/ports/ports.ts";
import { answerOf, clientSettings, within } from "./aws-clients.ts";

/** A message is sent while a caller waits. */
const maxMs = { silence: 5000, call: 15_000 };

/**
 * The queue as who asks for exports has it.
 * @param secrets workspace id to the name of its secret: what waits for one token waits in line
 */
export function exportQueue(
  queueUrl: string,
  secrets: ReadonlyMap<number, string>,
  sqs = queueService(),
): Pick<Queue, "send"> {
  return {
    send(workspaceId, message, id, deadline) {
      const group = secrets.get(workspaceId) ?? String(workspaceId);
      return sendMessage(sqs, queueUrl, { body: JSON.stringify(message), group, id }, deadline);
    },
  };
}

/** The queue as who works on it has it. */
export function workQueue(queueUrl: string, deadLetterQueueUrl: string): Omit<Queue, "send"> {
  const sqs = queueService();
  return {
    /** Its message has a group of its own, so that nothing waits behind it: no secret's name has a colon. */
    sendEvent({ workspace_id, id }, deadline) {
      const message: QueueMessage = { event_of: { workspace_id, id } };
      const outgoing = { body: JSON.stringify(message), group: `event:${id}`, id: randomUUID() };
      return sendMessage(sqs, queueUrl, outgoing, deadline);
    },
    async changeVisibility(receiptHandle, seconds, { signal }) {
      const VisibilityTimeout = Math.min(seconds, maxHiddenSeconds);
      const change = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
      await answerOf(sqs.send(new ChangeMessageVisibilityCommand(change), { abortSignal: within(maxMs.call, signal) }));
    },
    sendToDeadLetterQueue: (message, deadline) => sendMessage(sqs, deadLetterQueueUrl, message, deadline),
  };
}

/** SQS with short waits, where AWS_ENDPOINT_URL_SQS or the region says, whatever host a queue's address names. */
export function queueService(): SQSClient {
  return new SQSClient({ ...clientSettings(maxMs.silence), useQueueUrlAsEndpoint: false });
}

/**
 * SQS keeps a message hidden for 12 hours, counted from its receipt: an hour less than that is always allowed
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html).
 */
const maxHiddenSeconds = 11 * 3600;

/**
 * Puts a message on a queue.
 * @throws Failure `queue_unavailable`
 */
async function sendMessage(
  sqs: SQSClient,
  queueUrl: string,
  { body, group, id }: OutgoingMessage,
  { signal }: Deadline,
): Promise<void> {
  const message = { QueueUrl: queueUrl, MessageBody: body, MessageGroupId: group, MessageDeduplicationId: id };
  try {
    await answerOf(sqs.send(new SendMessageCommand(message), { abortSignal: within(maxMs.call, signal) }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : "unknown";
    const detail = `The queue did not take the export (SQS: ${reason}).`;
    throw new Failure("queue_unavailable", detail, { cause });
  }
}
