import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";
import { type AwsCall, awsJson } from "./aws-json.ts";

/** SQS with short waits: a message is sent while a caller waits. */
export function queueService(): AwsCall {
  return awsJson({ name: "sqs", target: "AmazonSQS", version: "1.0", variable: "SQS", attemptMs: 5000 });
}

interface Queue {
  readonly sqs: AwsCall;
  readonly queueUrl: string;
}

/** The longest that SQS keeps a message hidden. */
const mostHiddenSeconds = 12 * 3600;

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
    await sqs("SendMessage", message, signal);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : "unknown";
    const detail = `The queue did not take the export (SQS: ${reason}).`;
    throw new Failure("queue_unavailable", detail, { cause });
  }
}

/** Hides a message that was received for so many seconds; then it is delivered again. */
export async function hideMessage(
  { sqs, queueUrl }: Queue,
  receiptHandle: string,
  seconds: number,
  { signal }: Deadline,
): Promise<void> {
  const VisibilityTimeout = Math.min(seconds, mostHiddenSeconds);
  const change = { QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout };
  await sqs("ChangeMessageVisibility", change, signal);
}
