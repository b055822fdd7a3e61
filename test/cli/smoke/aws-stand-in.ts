import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { soleKey } from "../../../local/aws/account.ts";
import { AwsError } from "../../../local/aws/aws-error.ts";
import type { Credentials } from "../../../local/aws/credentials.ts";
import { startJsonService } from "../../../local/aws/signed-service.ts";
import { transformed } from "../../../local/event-bridge/input-transformer.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { type LocalQueue, openQueue } from "../../../local/sqs/fifo-queue.ts";

export const region = "us-east-1";
export const credentials = { accessKeyId: "AKIAPERSON0000000001", secretAccessKey: "secret" };
const accountId = "123456789012";

/** What AWS may do in more than one way, as far as questions ask about it. */
export interface Ways {
  /** Milliseconds after its minute that a cron rule's `$.time` says. */
  cronLateMs: number;
  /** Whether a rate rule fires as soon as it is made. */
  ratesFireAtOnce: boolean;
  /** Whether messages keep their groups when SQS moves them. */
  movesKeepGroups: boolean;
  /** Whether SQS knows where a message came from that was sent to a dead-letter queue. */
  knowsSource: boolean;
  /** How often a move is refused, since the queue is not known as a dead-letter queue yet. */
  earlyRefusals: number;
  /** By operation, such as `CreateQueue`: what is answered in its place. */
  readonly refusals: Map<string, AwsError>;
}

interface Rule {
  readonly schedule: string | undefined;
}

interface Target {
  readonly arn: string;
  readonly transform: { readonly paths: Record<string, string>; readonly template: string };
}

type Input = Record<string, unknown>;

/** The operations of SQS and EventBridge that questions make queues, rules and moves with, over sockets. */
export async function startAws(ways: Ways, key: Credentials = credentials) {
  const queues = new Map<string, LocalQueue>();
  const deadLetterArns = new Set<string>();
  const policies = new Map<string, string>();
  const rules = new Map<string, Rule>();
  const targets = new Map<string, Target>();
  const moves = new Map<string, { Status: string; FailureReason?: string }>();
  const made: string[] = [];
  const account = soleKey(key);
  const arnOf = (name: string) => `arn:aws:sqs:${region}:${accountId}:${name}`;
  const urlOf = (name: string) => `${sqs.url}/${accountId}/${name}`;
  const nameOf = (url: unknown) => String(url).split("/").at(-1) ?? "";
  const queueOf = (name: string) => {
    const queue = queues.get(arnOf(name));
    if (!queue) throw new AwsError(400, "com.amazonaws.sqs#QueueDoesNotExist", "The queue does not exist.");
    return queue;
  };
  const guarded = <T extends Record<string, (input: Input) => object>>(prefix: string, operations: T) =>
    Object.fromEntries(
      Object.entries(operations).map(([name, answer]) => [
        `${prefix}.${name}`,
        (input: Input) => {
          const refusal = ways.refusals.get(name);
          if (refusal) throw refusal;
          return answer(input);
        },
      ]),
    );

  const sqs: Listening = await startJsonService({
    service: "sqs",
    version: "1.0",
    maxBodyBytes: 1024 * 1024,
    region,
    account,
    operations: guarded("AmazonSQS", {
      CreateQueue({ QueueName, Attributes }) {
        const [name, attributes] = [String(QueueName), (Attributes ?? {}) as Record<string, string>];
        made.push(name);
        if (attributes.RedrivePolicy) deadLetterArns.add(JSON.parse(attributes.RedrivePolicy).deadLetterTargetArn);
        const isFifo = attributes.FifoQueue === "true";
        const settings = { arn: arnOf(name), url: urlOf(name), isFifo, contentBasedDeduplication: false };
        const times = { visibilityTimeoutSeconds: 30, retentionSeconds: 3600 };
        const needs = { now: Date.now, state: { messages: [], accepted: {} }, onChange() {}, moveToDeadLetters() {} };
        queues.set(arnOf(name), openQueue({ ...settings, ...times }, needs));
        return { QueueUrl: urlOf(name) };
      },
      GetQueueAttributes: ({ QueueUrl }) => ({
        Attributes: {
          QueueArn: arnOf(nameOf(QueueUrl)),
          ApproximateNumberOfMessages: String(queueOf(nameOf(QueueUrl)).messages.length),
          ApproximateNumberOfMessagesNotVisible: "0",
        },
      }),
      SetQueueAttributes({ QueueUrl, Attributes }) {
        policies.set(arnOf(nameOf(QueueUrl)), (Attributes as { Policy: string }).Policy);
        return {};
      },
      DeleteQueue({ QueueUrl }) {
        queues.delete(arnOf(nameOf(QueueUrl)));
        return {};
      },
      SendMessage({ QueueUrl, MessageBody, MessageGroupId, MessageDeduplicationId }) {
        const message = { body: String(MessageBody), group: String(MessageGroupId) };
        const MessageId = queueOf(nameOf(QueueUrl)).send({
          ...message,
          deduplicationId: String(MessageDeduplicationId),
        });
        return { MessageId, MD5OfMessageBody: md5(message.body) };
      },
      ReceiveMessage({ QueueUrl, MaxNumberOfMessages, VisibilityTimeout }) {
        const hidden = VisibilityTimeout === undefined ? undefined : Number(VisibilityTimeout);
        const found = queueOf(nameOf(QueueUrl)).receive(Number(MaxNumberOfMessages), hidden);
        const Messages = found.map(({ id, receiptHandle, body, group, sentAt }) => ({
          MessageId: id,
          ReceiptHandle: receiptHandle,
          Body: body,
          MD5OfBody: md5(body),
          Attributes: { SentTimestamp: String(sentAt), ...(group && { MessageGroupId: group }) },
        }));
        return Messages.length === 0 ? {} : { Messages };
      },
      DeleteMessage({ QueueUrl, ReceiptHandle }) {
        queueOf(nameOf(QueueUrl)).delete(String(ReceiptHandle));
        return {};
      },
      ChangeMessageVisibility: () => ({}),
      StartMessageMoveTask({ SourceArn, DestinationArn }) {
        const from = queues.get(String(SourceArn));
        if (!deadLetterArns.has(String(SourceArn)) || ways.earlyRefusals-- > 0) {
          const message = "Source queue must be configured as a Dead Letter Queue.";
          throw new AwsError(400, "com.amazonaws.sqs#InvalidParameterValueException", message);
        }
        const to = queues.get(String(DestinationArn));
        if (!to && !ways.knowsSource) {
          moves.set(String(SourceArn), { Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource" });
          return { TaskHandle: "handle" };
        }
        for (const { body, group, id } of [...(from?.messages ?? [])]) {
          to?.send({ body, group: ways.movesKeepGroups ? group : "one", deduplicationId: id });
        }
        moves.set(String(SourceArn), { Status: "COMPLETED" });
        return { TaskHandle: "handle" };
      },
      ListMessageMoveTasks: ({ SourceArn }) => ({ Results: [moves.get(String(SourceArn)) ?? {}] }),
    }),
  });

  const deliver = ({ arn, transform }: Target, rule: string, event: object) => {
    if (!policies.get(arn)?.includes(`:rule/${rule}"`)) return;
    queues.get(arn)?.send({ body: transformed(transform, event) });
  };
  const eventBridge = await startJsonService({
    service: "events",
    version: "1.1",
    maxBodyBytes: 1024 * 1024,
    region,
    account,
    operations: guarded("AWSEvents", {
      PutRule({ Name, ScheduleExpression }) {
        made.push(String(Name));
        const schedule = ScheduleExpression === undefined ? undefined : String(ScheduleExpression);
        rules.set(String(Name), { schedule });
        return { RuleArn: `arn:aws:events:${region}:${accountId}:rule/${Name}` };
      },
      PutTargets({ Rule, Targets }) {
        const [{ Arn, InputTransformer }] = Targets as [
          { Arn: string; InputTransformer: { InputPathsMap: Record<string, string>; InputTemplate: string } },
        ];
        const { InputPathsMap: paths, InputTemplate: template } = InputTransformer;
        const target = { arn: Arn, transform: { paths, template } };
        targets.set(String(Rule), target);
        const { schedule = "" } = rules.get(String(Rule)) ?? {};
        const [, minute, hour, day, month, year] = /^cron\((\d+) (\d+) (\d+) (\d+) \? (\d+)\)$/.exec(schedule) ?? [];
        const due = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
        const fires = (at: number) =>
          deliver(target, String(Rule), { time: new Date(at).toISOString().replace(".000Z", "Z"), detail: {} });
        if (Number.isFinite(due)) fires(due + ways.cronLateMs);
        if (schedule.startsWith("rate") && ways.ratesFireAtOnce) fires(Date.UTC(2026, 10, 2));
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
      RemoveTargets({ Rule }) {
        targets.delete(String(Rule));
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
      DeleteRule({ Name }) {
        if (targets.has(String(Name))) throw new AwsError(400, "ValidationException", "Rule has targets.");
        rules.delete(String(Name));
        return {};
      },
    }),
  });

  return {
    sqsUrl: sqs.url,
    eventBridgeUrl: eventBridge.url,
    /** Names of everything that was ever made. */
    made,
    /** What is there now. */
    left: () => [...queues.keys(), ...rules.keys(), ...targets.keys()],
    async close() {
      await Promise.all([sqs.close(), eventBridge.close()]);
    },
  };
}

const md5 = (text: string) => createHash("md5").update(text).digest("hex");

/** CloudFormation with one stack that has these outputs. */
export function startCloudFormation(outputs: Readonly<Record<string, string>>) {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<member><StackName>TogglInsights</StackName><Outputs>${members.join("")}</Outputs></member>`;
  const result = `<DescribeStacksResult><Stacks>${stack}</Stacks></DescribeStacksResult>`;
  const namespace = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
  const server = createServer(async (message, response) => {
    await text(message);
    response.end(`<DescribeStacksResponse xmlns="${namespace}">${result}</DescribeStacksResponse>`);
  });
  return listenOnLoopback(server, 0);
}
