import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";

/** SQS with short waits: a message is sent while a caller waits. */
export function queueClient(): SQSClient {
  return new SQSClient({
    maxAttempts: 3,
    useQueueUrlAsEndpoint: false, // or it would overrule AWS_ENDPOINT_URL_SQS
    requestHandler: { connectionTimeout: 2000, requestTimeout: 5000, throwOnRequestTimeout: true },
  });
}

interface Queue {
  readonly sqs: SQSClient;
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
  const command = new SendMessageCommand({
    QueueUrl: queueUrl,
    MessageBody: body,
    MessageGroupId: group,
    MessageDeduplicationId: id,
  });
  try {
    await sqs.send(command, { abortSignal: signal });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.name : "unknown";
    const detail = `The queue did not take the export (SQS: ${reason}). Try again in a moment.`;
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
  const command = new ChangeMessageVisibilityCommand({
    QueueUrl: queueUrl,
    ReceiptHandle: receiptHandle,
    VisibilityTimeout: Math.min(seconds, mostHiddenSeconds),
  });
  await sqs.send(command, { abortSignal: signal });
}
