import { createHash } from "node:crypto";
import type { TemplateQueue } from "./assembly/queues.ts";
import { type Caller, type Holders, soleKey } from "./aws/account.ts";
import { AwsError } from "./aws/aws-error.ts";
import { startJsonService } from "./aws/json-service.ts";
import type { Listening } from "./listening.ts";
import { type LocalQueue, openQueue, type StoredMessage } from "./sqs/fifo-queue.ts";
import { queueFile } from "./sqs/queue-file.ts";

interface SqsOptions extends Holders {
  readonly queues: readonly TemplateQueue[];
  /** Where what waits is kept; it waits on after a stop. */
  readonly directory: string;
  readonly region: string;
  /** Hears of a queue's file that is damaged or cannot be written. */
  readonly onLog?: (line: string) => void;
}

/** An SQS endpoint on this machine, and its queues by ARN. */
export interface LocalSqs extends Listening {
  readonly queues: ReadonlyMap<string, LocalQueue>;
}

/** What SQS takes as a message, in bytes. */
const mostMessageBytes = 1024 * 1024;

/** The template's queues, and the operations that the product calls. */
export async function startSqs(options: SqsOptions): Promise<LocalSqs> {
  const { queues: settings, directory, region, credentials, account = soleKey(credentials), onLog } = options;
  const queues = new Map<string, LocalQueue>();
  /** The queue, if the caller may do that with it. */
  const allowed = (url: unknown, action: string, caller: Caller): LocalQueue => {
    const name = String(url).split("/").at(-1);
    const [arn, queue] = [...queues].find(([known]) => known.endsWith(`:${name}`)) ?? [];
    if (arn === undefined || !queue) {
      throw new AwsError(400, "com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
    }
    const denial = caller.denial(action, arn);
    if (denial) throw accessDenied(denial);
    return queue;
  };
  for (const one of settings) {
    const { state, save } = queueFile(directory, one.arn, onLog);
    const moveToDeadLetters: Parameters<typeof openQueue>[1]["moveToDeadLetters"] = ({ body, group, id }) =>
      queues.get(one.deadLetters?.arn ?? "")?.send({ body, group, deduplicationId: id });
    queues.set(one.arn, openQueue(one, { now: Date.now, state, onChange: save, moveToDeadLetters }));
  }

  const listening = await startJsonService({
    service: "sqs",
    version: "1.0",
    mostBodyBytes: 2 * mostMessageBytes,
    region,
    account,
    operations: {
      "AmazonSQS.SendMessage": ({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }, caller) => {
        const queue = allowed(QueueUrl, "sqs:SendMessage", caller);
        const body = text(MessageBody) ?? "";
        refuseUnfitBody(body);
        const MessageId = queue.send({
          body,
          group: text(MessageGroupId),
          deduplicationId: text(MessageDeduplicationId),
        });
        return { MessageId, MD5OfMessageBody: md5(body) };
      },
      "AmazonSQS.ReceiveMessage": ({ QueueUrl, MaxNumberOfMessages = 1, VisibilityTimeout }, caller) => {
        const queue = allowed(QueueUrl, "sqs:ReceiveMessage", caller);
        const seconds = VisibilityTimeout === undefined ? undefined : Number(VisibilityTimeout);
        const messages = queue.receive(Number(MaxNumberOfMessages), seconds);
        return messages.length === 0 ? {} : { Messages: messages.map(received) };
      },
      "AmazonSQS.DeleteMessage": ({ QueueUrl, ReceiptHandle }, caller) => {
        allowed(QueueUrl, "sqs:DeleteMessage", caller).delete(String(ReceiptHandle));
        return {};
      },
      "AmazonSQS.GetQueueAttributes": ({ QueueUrl }, caller) => {
        const { messages } = allowed(QueueUrl, "sqs:GetQueueAttributes", caller);
        const hidden = messages.filter(({ hiddenUntil }) => hiddenUntil > Date.now()).length;
        return {
          Attributes: {
            ApproximateNumberOfMessages: String(messages.length - hidden),
            ApproximateNumberOfMessagesNotVisible: String(hidden),
          },
        };
      },
      "AmazonSQS.ChangeMessageVisibility": ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, caller) => {
        const queue = allowed(QueueUrl, "sqs:ChangeMessageVisibility", caller);
        queue.changeVisibility(String(ReceiptHandle), Number(VisibilityTimeout));
        return {};
      },
    },
  });
  return { ...listening, queues };
}

/** A message as ReceiveMessage answers with it, with every attribute that SQS has for it. */
function received({ id, body, group, deduplicationId, receiptHandle, receiveCount, sentAt }: StoredMessage): object {
  return {
    MessageId: id,
    ReceiptHandle: receiptHandle,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: {
      SentTimestamp: String(sentAt),
      ApproximateReceiveCount: String(receiveCount),
      ...(group && { MessageGroupId: group, MessageDeduplicationId: deduplicationId }),
    },
  };
}

function md5(body: string): string {
  return createHash("md5").update(body).digest("hex");
}

/** SQS's way to say it in JSON: SDKs take the code from the header. */
function accessDenied(message: string): AwsError {
  const headers = { "x-amzn-query-error": "AccessDenied;Sender" };
  return new AwsError(403, "com.amazon.coral.service#AccessDeniedException", message, headers);
}

function refuseUnfitBody(body: string): void {
  if (body === "") throw new AwsError(400, "MissingParameter", "The request must contain the parameter MessageBody.");
  if (Buffer.byteLength(body) <= mostMessageBytes) return;
  throw new AwsError(400, "InvalidParameterValue", `A message must be shorter than ${mostMessageBytes} bytes.`);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
