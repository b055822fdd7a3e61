import { randomUUID } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Deadline } from "../../core/deadline.ts";
import { isRunOrder, type QueueMessage, type RunOrdersNeeds } from "../../core/exports/run-order.ts";
import { Failure } from "../../core/failure.ts";
import { createJson, readJson } from "../s3/json-objects.ts";
import { withS3 } from "../s3/s3-client.ts";
import { answerOf, clientSettings, within } from "./aws-clients.ts";

/** A message is sent while a caller waits. */
const maxMs = { silence: 5000, call: 15_000 };

/** SQS with short waits, where AWS_ENDPOINT_URL_SQS or the region says, whatever host a queue's address names. */
export function queueService(): SQSClient {
  return new SQSClient({ ...clientSettings(maxMs.silence), useQueueUrlAsEndpoint: false });
}

interface Queue {
  readonly sqs: SQSClient;
  readonly queueUrl: string;
}

/**
 * SQS keeps a message hidden for 12 hours, counted from its receipt: an hour less than that is always allowed
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html).
 */
const maxHiddenSeconds = 11 * 3600;

interface OutgoingMessage {
  readonly body: string;
  /** Messages of one group are worked on one after the other: the name of the token's secret. */
  readonly group: string;
  /** Tells this message from all others of the last five minutes. */
  readonly id: string;
}

/**
 * Puts a message on a queue.
 * @throws Failure `queue_unavailable`
 */
export async function sendMessage(
  { sqs, queueUrl }: Queue,
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

/**
 * Has the event about an export sent later. Its message has a group of its own, so that nothing waits behind it: no
 * secret's name has a colon.
 * @throws Failure `queue_unavailable`
 */
export function queueEvent(
  queue: Queue,
  { workspace_id, id }: { workspace_id: number; id: string },
  deadline: Deadline,
): Promise<void> {
  const message: QueueMessage = { event_of: { workspace_id, id } };
  return sendMessage(queue, { body: JSON.stringify(message), group: `event:${id}`, id: randomUUID() }, deadline);
}

/** Hides a message that was received for this many seconds; then it is delivered again. */
export async function changeVisibility(
  { sqs, queueUrl }: Queue,
  receiptHandle: string,
  seconds: number,
  { signal }: Deadline,
): Promise<void> {
  const VisibilityTimeout = Math.min(seconds, maxHiddenSeconds);
  const change = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
  await answerOf(sqs.send(new ChangeMessageVisibilityCommand(change), { abortSignal: within(maxMs.call, signal) }));
}

const isOrder = { what: "What a run makes", fits: isRunOrder };

/** What each run makes, written down in the bucket. */
export function runOrders(store: { s3: S3Client; bucket: string }): RunOrdersNeeds["orders"] {
  return {
    read: (key, deadline) => withS3("The run could not be looked up", () => readJson(store, key, deadline, isOrder)),
    create: (key, order, deadline) =>
      withS3("The run could not be written down", () => createJson(store, key, order, deadline)),
  };
}
