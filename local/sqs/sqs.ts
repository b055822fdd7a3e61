import { createHash } from "node:crypto";
import { type Caller, type Holders, soleKey } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import { startJsonService } from "../aws/signed-service.ts";
import type { Listening } from "../listening.ts";
import { type LocalQueue, openQueue, type StoredMessage } from "./fifo-queue.ts";
import type { TemplateQueue } from "./from-template.ts";
import { queueFile } from "./queue-file.ts";

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
const maxMessageBytes = 1024 * 1024;

/** The template's queues, and the operations that the product and its commands call. */
export async function startSqs(options: SqsOptions): Promise<LocalSqs> {
  const { queues: settings, directory, region, credentials, account = soleKey(credentials), onLog } = options;
  const queues = new Map<string, LocalQueue>();
  /** The queue, if the caller may do that with it. */
  const allowed = (url: unknown, action: string, caller: Caller): LocalQueue => {
    const name = String(url).split("/").at(-1);
    const [arn, queue] = [...queues].find(([known]) => known.endsWith(`:${name}`)) ?? [];
    if (arn === undefined || !queue) {
      throw sqsError(400, noQueue, "The specified queue does not exist.");
    }
    const denial = caller.denial(action, arn);
    if (denial) throw sqsError(403, accessDenied, denial);
    return queue;
  };
  const deadLettersOf =
    ({ deadLetters }: TemplateQueue): Parameters<typeof openQueue>[1]["moveToDeadLetters"] =>
    ({ body, group, id }) =>
      queues.get(deadLetters?.arn ?? "")?.send({ body, group, deduplicationId: id });
  for (const one of settings) {
    const { state, save } = queueFile(directory, one.arn, onLog);
    queues.set(
      one.arn,
      openQueue(one, { now: Date.now, state, onChange: save, moveToDeadLetters: deadLettersOf(one) }),
    );
  }

  const listening = await startJsonService({
    service: "sqs",
    version: "1.0",
    maxBodyBytes: 2 * maxMessageBytes,
    region,
    account,
    operations: {
      "AmazonSQS.CreateQueue": ({ QueueName, Attributes }, caller) => {
        const made = madeQueue(String(QueueName), Attributes as QueueAttributes, settings[0]);
        const denial = caller.denial("sqs:CreateQueue", made.arn);
        if (denial) throw sqsError(403, accessDenied, denial);
        const nothingKept = { state: { messages: [], accepted: {} }, onChange: () => {} };
        const needs = { now: Date.now, moveToDeadLetters: deadLettersOf(made), ...nothingKept };
        queues.set(made.arn, openQueue(made, needs));
        return { QueueUrl: made.url };
      },
      "AmazonSQS.DeleteQueue": ({ QueueUrl }, caller) => {
        const queue = allowed(QueueUrl, "sqs:DeleteQueue", caller);
        for (const [arn, one] of queues) if (one === queue) queues.delete(arn);
        return {};
      },
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
        const queue = allowed(QueueUrl, "sqs:GetQueueAttributes", caller);
        const { messages } = queue;
        const hidden = messages.filter(({ hiddenUntil }) => hiddenUntil > Date.now()).length;
        return {
          Attributes: {
            QueueArn: [...queues].find(([, one]) => one === queue)?.[0],
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

type QueueAttributes = Readonly<Record<string, string>> | undefined;

/** A queue that is made while the others run: it lives as long as they do, and is not kept. */
function madeQueue(name: string, attributes: QueueAttributes = {}, sibling: TemplateQueue | undefined): TemplateQueue {
  const beside = (text = "") => text.replace(/[^:/]+$/, name);
  const { deadLetterTargetArn: arn, maxReceiveCount } = JSON.parse(attributes.RedrivePolicy ?? "{}");
  return {
    arn: beside(sibling?.arn),
    url: beside(sibling?.url),
    isFifo: attributes.FifoQueue === "true",
    contentBasedDeduplication: attributes.ContentBasedDeduplication === "true",
    visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout ?? 30),
    retentionSeconds: Number(attributes.MessageRetentionPeriod ?? 345_600),
    ...(arn !== undefined && { deadLetters: { arn, maxReceiveCount: Number(maxReceiveCount) } }),
  };
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

const noQueue = ["com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"] as const;
const accessDenied = ["com.amazon.coral.service#AccessDeniedException", "AccessDenied"] as const;

/**
 * An error with its name in JSON and, in a header, the one that it had before SQS spoke JSON, which SDKs look at first
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-json-api-responses.html).
 */
function sqsError(status: number, [type, formerly]: readonly [string, string], message: string): AwsError {
  return new AwsError(status, type, message, { "x-amzn-query-error": `${formerly};Sender` });
}

function refuseUnfitBody(body: string): void {
  if (body === "") throw new AwsError(400, "MissingParameter", "The request must contain the parameter MessageBody.");
  if (Buffer.byteLength(body) <= maxMessageBytes) return;
  throw new AwsError(400, "InvalidParameterValue", `A message must be shorter than ${maxMessageBytes} bytes.`);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
