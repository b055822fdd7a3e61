import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type LocalEventBridge, startEventBridge } from "../../local/event-bridge/event-bridge.ts";
import { fits } from "../../local/event-bridge/event-pattern.ts";
import type { EventTarget, TimedRule } from "../../local/event-bridge/from-template.ts";
import { transformed } from "../../local/event-bridge/input-transformer.ts";
import { startTimer } from "../../local/event-bridge/timer.ts";
import type { TemplateQueue } from "../../local/sqs/from-template.ts";
import { type LocalSqs, startSqs } from "../../local/sqs/sqs.ts";

const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
const region = "eu-central-1";
const settings: TemplateQueue = {
  arn: `arn:aws:sqs:${region}:123456789012:exports.fifo`,
  url: `https://sqs.${region}.amazonaws.com/123456789012/exports.fifo`,
  isFifo: true,
  contentBasedDeduplication: true,
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 1000,
};
const target: EventTarget = {
  arn: settings.arn,
  messageGroupId: "toggl/demo",
  transform: { paths: { time: "$.time" }, template: '{"schedule":"nightly","occurrence":<time>}' },
};
const timed: TimedRule = {
  arn: "arn",
  expression: "cron(0 3 * * ? *)",
  timeZone: "UTC",
  enabled: true,
  targets: [target],
};

let directory: string;
let sqs: LocalSqs;
let bridge: LocalEventBridge;
let seen: string[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "queues-"));
  seen = [];
  sqs = await startSqs({ queues: [settings], directory, region, credentials });
  bridge = await startEventBridge({
    eventRules: [
      {
        arn: "arn",
        pattern: { source: ["x"], "detail-type": ["Y"] },
        targets: [
          { ...target, arn: "topic" },
          { arn: settings.arn, messageGroupId: "g" },
        ],
      },
    ],
    timedRules: [timed],
    queues: sqs.queues,
    invoke: () => {},
    region,
    accountId: "123456789012",
    credentials,
    onEvent: (event) => seen.push(event["detail-type"]),
    publish: (arn, { message }) => void (arn === "topic" && seen.push(message)),
  });
});
afterEach(async () => {
  await bridge.close();
  await sqs.close();
  await rm(directory, { recursive: true });
});

const bodies = () => sqs.queues.get(settings.arn)?.messages.map(({ body }) => body) ?? [];
const client = (secretAccessKey = "secret") =>
  new EventBridgeClient({
    endpoint: bridge.url,
    region,
    credentials: { ...credentials, secretAccessKey },
    maxAttempts: 1,
  });
const queueClient = () =>
  new SQSClient({ endpoint: sqs.url, region, credentials, useQueueUrlAsEndpoint: false, maxAttempts: 1 });

describe("the event bus", () => {
  it("hands an event to the targets of the rules that it fits", async () => {
    const entry = (DetailType: string) => ({ Source: "x", DetailType, Detail: '{"a":1}' });
    const { FailedEntryCount } = await client().send(new PutEventsCommand({ Entries: [entry("Y"), entry("Z")] }));
    expect(FailedEntryCount).toBe(0);
    expect(seen).toEqual(["Y", expect.stringMatching(/^\{"schedule":"nightly","occurrence":"20/), "Z"]);
    expect(bodies().map((body) => JSON.parse(body))).toMatchObject([
      { source: "x", "detail-type": "Y", detail: { a: 1 }, region },
    ]);
  });

  it("refuses who does not sign rightly", async () => {
    const Entries = [{ Source: "x", DetailType: "Y", Detail: "{}" }];
    await expect(client("wrong").send(new PutEventsCommand({ Entries }))).rejects.toThrow(/signature/);
  });
});

it("fires a schedule by hand", () => {
  expect(bridge.fire("nightly", new Date("2026-11-01T05:00:00.123Z"))).toBe(true);
  expect(bridge.fire("unknown", new Date())).toBe(false);
  expect(bodies()).toEqual(['{"schedule":"nightly","occurrence":"2026-11-01T05:00:00Z"}']);
});

describe("the queue's endpoint", () => {
  const send = (QueueUrl = settings.url, MessageBody = "x") =>
    queueClient().send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "g", MessageDeduplicationId: "1" }),
    );

  it("takes messages and hides them", async () => {
    expect((await send()).MessageId).toMatch(/^[0-9a-f-]{36}$/);
    const [received] = sqs.queues.get(settings.arn)?.receive(1) ?? [];
    const command = { QueueUrl: settings.url, ReceiptHandle: received?.receiptHandle, VisibilityTimeout: 7 };
    await queueClient().send(new ChangeMessageVisibilityCommand(command));
    expect(sqs.queues.get(settings.arn)?.messages[0]?.isInFlight).toBe(false);
    await expect(
      queueClient().send(new ChangeMessageVisibilityCommand({ ...command, ReceiptHandle: "no" })),
    ).rejects.toThrow(/not available/);
  });

  it("refuses what SQS refuses", async () => {
    await expect(send("https://sqs.x.amazonaws.com/1/other.fifo")).rejects.toMatchObject({
      name: "QueueDoesNotExist",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
      message: expect.stringMatching(/does not exist/),
    });
    await expect(send(settings.url, "x".repeat(1024 * 1024 + 1))).rejects.toThrow(/shorter than/);
    await expect(send(settings.url, "")).rejects.toThrow();
  });

  it("keeps what waits over a stop, and shows what was being worked on", async () => {
    await send();
    const queue = sqs.queues.get(settings.arn);
    queue?.receive(1);
    await sqs.close();
    sqs = await startSqs({ queues: [settings], directory, region, credentials });
    expect(sqs.queues.get(settings.arn)?.receive(1)).toMatchObject([{ body: "x", receiveCount: 2 }]);
  });
});

describe("a pattern", () => {
  const event = { source: "x", "detail-type": "Y", detail: { a: 1 } };
  it.each([
    [{ source: ["x"] }, true],
    [{ source: ["y", "x"] }, true],
    [{ source: ["y"] }, false],
    [{ detail: { a: [1] } }, true],
    [{ detail: { b: [{ exists: false }] } }, true],
    [{ detail: { a: [{ exists: false }] } }, false],
    [{ detail: { a: [{ exists: true }] } }, true],
    [{ missing: { a: [1] } }, false],
  ])("%j: %s", (pattern, expected) => {
    expect(fits(event, pattern)).toBe(expected);
  });

  it("of a kind that is not known is an error, not a guess", () => {
    expect(() => fits(event, { source: [{ prefix: "x" }] })).toThrow(/not known here/);
    expect(() => fits(event, { source: "x" })).toThrow(/must be a list/);
  });
});

it.each([
  ['{"at":<time>}', '{"at":"now"}'],
  ['{"at":"<time>"}', '{"at":"now"}'],
  ['"<sum>: <time>"', '"5: now"'], // as AWS's guide has it: "i-0123456789 is in state RUNNING"
  ['{"text":"at \\"<time>\\"","at":<time>}', '{"text":"at \\"now\\"","at":"now"}'],
  ['{"n":<sum>,"none":<nothing>}', '{"n":5,"none":null}'],
  ["<unknown>", "<unknown>"],
])("fills %s", (template, expected) => {
  const paths = { time: "$.time", sum: "$.detail.sum", nothing: "$.detail.nothing" };
  expect(transformed({ paths, template }, { time: "now", detail: { sum: 5 } })).toBe(expected);
});

describe("the clock", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const fired = (rule: Partial<TimedRule>, from: string, until: string): string[] => {
    vi.useFakeTimers({ now: Date.parse(from) });
    const times: string[] = [];
    const timer = startTimer({ ...timed, ...rule }, (at) => times.push(at.toISOString().slice(0, 16)));
    vi.advanceTimersByTime(Date.parse(until) - Date.parse(from));
    timer.stop();
    vi.advanceTimersByTime(86_400_000);
    return times;
  };

  it("fires cron in its zone, weekdays as AWS counts them", () => {
    const rule = { expression: "cron(0 6 ? * 2-3 *)", timeZone: "Europe/Berlin" };
    expect(fired(rule, "2026-10-18T12:00:00Z", "2026-10-28T12:00:00Z")).toEqual([
      "2026-10-19T04:00",
      "2026-10-20T04:00",
      "2026-10-26T05:00",
      "2026-10-27T05:00",
    ]);
  });

  it("fires a rate from the start on", () => {
    expect(fired({ expression: "rate(6 hours)" }, "2026-10-18T12:30:00Z", "2026-10-19T01:00:00Z")).toEqual([
      "2026-10-18T18:30",
      "2026-10-19T00:30",
    ]);
  });

  it("does not fire what was due while the machine slept", () => {
    vi.useFakeTimers({ now: Date.parse("2026-10-18T02:00:00Z") });
    const times: Date[] = [];
    const timer = startTimer(timed, (at) => times.push(at));
    vi.setSystemTime(Date.parse("2026-10-18T09:00:00Z"));
    vi.advanceTimersByTime(3_600_000);
    expect(times).toEqual([]);
    vi.advanceTimersByTime(20 * 3_600_000);
    timer.stop();
    expect(times).toEqual([new Date("2026-10-19T03:00:00Z")]);
  });

  it("does not know every expression", () => {
    expect(() => startTimer({ ...timed, expression: "at(2026-11-20T13:00:00)" }, () => {})).toThrow(/not known here/);
  });
});
