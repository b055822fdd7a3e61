import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exportQueues } from "../../../cli/export-queues.ts";
import { type EventQuestionsNeeds, eventQuestions } from "../../../cli/smoke/event-questions.ts";
import type { Finding } from "../../../cli/smoke/question.ts";
import { queueQuestions } from "../../../cli/smoke/queue-questions.ts";
import { temporaryQueues } from "../../../cli/smoke/temporary-queues.ts";
import { temporaryRules } from "../../../cli/smoke/temporary-rules.ts";
import { AwsError } from "../../../local/aws/aws-error.ts";
import { configured, findingsOf, outcomes } from "./asking.ts";
import { credentials, region, startAws, type Ways } from "./aws-stand-in.ts";

describe("queues and rules of its own", () => {
  let aws: Awaited<ReturnType<typeof startAws>>;
  let ways: Ways;
  const leftBehind: string[] = [];

  beforeEach(async () => {
    ways = {
      cronLateMs: 0,
      ratesFireAtOnce: true,
      movesKeepGroups: true,
      knowsSource: false,
      earlyRefusals: 0,
      refusals: new Map(),
    };
    aws = await startAws(ways);
    leftBehind.length = 0;
  });
  afterEach(() => aws.close());

  const onLeftBehind = (command: string) => void leftBehind.push(command);
  const sqsPlace = () => ({ region, credentials, endpoint: aws.sqsUrl });
  const queues = () => temporaryQueues(sqsPlace(), { onLeftBehind, settleMs: 0 });
  const askQueues = (permissions = {}) =>
    findingsOf(
      queueQuestions({
        stackQueues: async () => ({ count: async () => 3 }),
        temporary: queues(),
        redriveQueues: (urls) => exportQueues(urls, sqsPlace()),
        everyMs: 5,
      }),
      permissions,
    );
  const askEvents = (needs: Partial<EventQuestionsNeeds> = {}, permissions = {}) => {
    const temporary = temporaryRules({ region, credentials, endpoint: aws.eventBridgeUrl }, queues(), onLeftBehind);
    const client = {
      queueExport: async () => ({ id: "01KAT4", status: "queued" }) as never,
      getExport: async () => ({ status: "succeeded", event_sent_at: "2026-11-25T06:00:00Z" }) as never,
    };
    const all = { config: configured(), client, temporary, now: Date.now, everyMs: 5, settleMs: 1, ...needs };
    return findingsOf(eventQuestions(all), permissions);
  };
  const [ours, without, withOne] = [
    "toggl-insights redrive",
    "SQS's own redrive without a destination",
    "SQS's own redrive with a destination",
  ];
  const [cron, rate] = ["$.time of a cron rule", "a rate rule's first run"];

  it("moves dead letters back both ways, and removes its queues", async () => {
    expect(outcomes(await askQueues())).toEqual({
      "the dead-letter queue can be seen": "as expected",
      [ours]: "as expected",
      [without]: "as expected",
      [withOne]: "as expected",
    });
    expect(aws.made).toHaveLength(6);
    expect(aws.made.every((name) => /^toggl-insights-smoke-[0-9a-f]{12}\.fifo$/.test(name))).toBe(true);
    expect(aws.left()).toEqual([]);
  });

  it.each<[string, AwsError, RegExp[]]>([
    [
      "AWS lost the answer to its making",
      new AwsError(500, "InternalError", "Try again."),
      [/^aws sqs delete-queue --queue-url "\$\(aws sqs get-queue-url --queue-name toggl-insights-smoke-\w{12}\.fifo /],
    ],
    ["AWS refused it", new AwsError(403, "AccessDeniedException", "No."), []],
  ])("names a queue that may be there where %s", async (_, refusal, named) => {
    ways.refusals.set("CreateQueue", refusal);
    await expect(queues().withQueue({ FifoQueue: "true" }, async () => {})).rejects.toThrow();
    expect(leftBehind).toEqual(named.map((one) => expect.stringMatching(one)));
  });

  it("waits until a queue is known as a dead-letter queue", async () => {
    ways.earlyRefusals = 3;
    expect((await askQueues()).get(without)).toMatchObject({ outcome: "as expected" });
    expect(ways.earlyRefusals).toBeLessThanOrEqual(0);
  });

  it("shows what SQS does otherwise", async () => {
    ways.knowsSource = true;
    ways.movesKeepGroups = false;
    const found = await askQueues();
    expect(found.get(without)).toEqual({ outcome: "otherwise", seen: "COMPLETED" });
    expect(found.get(withOne)).toMatchObject({ outcome: "otherwise", seen: expect.stringContaining("1 of one") });
    expect(aws.left()).toEqual([]);
  });

  it("hears what rules send, and removes its rules and queues", async () => {
    const found = await askEvents();
    expect(outcomes(found)).toEqual({
      "PutEvents with the function's role": "as expected",
      [cron]: "as expected",
      [rate]: "as expected",
    });
    expect(aws.made).toHaveLength(4);
    expect(aws.left()).toEqual([]);
  });

  it("shows a cron rule's other minute, and a rate rule that waits", async () => {
    ways.cronLateMs = 60_000;
    ways.ratesFireAtOnce = false;
    let at = Date.now();
    const now = () => {
      at += 10_000;
      return at;
    };
    const found = await askEvents({ now });
    expect(found.get(cron)).toMatchObject({ outcome: "otherwise" });
    expect(found.get(rate)).toMatchObject({ outcome: "otherwise", seen: expect.stringMatching(/^none within \d+ s$/) });
    expect(aws.left()).toEqual([]);
  });

  it("takes a cron rule's second for what it is: the minute counts, and the second is shown", async () => {
    ways.cronLateMs = 37_000;
    const seen = expect.stringMatching(/:37Z for .*:00Z/);
    expect((await askEvents()).get(cron)).toMatchObject({ outcome: "as expected", seen });
  });

  it.each<[string, object, Finding["outcome"]]>([
    ["sent", { status: "succeeded", event_sent_at: "2026-11-25T06:00:00Z" }, "as expected"],
    ["not sent", { status: "succeeded", event_failed_at: "2026-11-25T06:00:00Z" }, "otherwise"],
    [
      "sent about a failure",
      { status: "failed", problem: { code: "toggl_gone" }, event_sent_at: "2026-11-25T06:00:00Z" },
      "as expected",
    ],
    ["neither sent nor failed in time", { status: "succeeded" }, "otherwise"],
    [
      "to be sent later, since Toggl's quota is spent",
      { status: "deferred", problem: { code: "toggl_quota_exhausted" } },
      "not tried here",
    ],
  ])("an event that is %s", async (_, made, outcome) => {
    const client = {
      queueExport: async () => ({ id: "01KAT4", status: "queued" }) as never,
      getExport: async () => made as never,
    };
    const questions = eventQuestions({
      config: configured(),
      client,
      temporary: temporaryRules({ region }, queues(), onLeftBehind),
      now: Date.now,
      everyMs: 5,
    });
    const [announced] = questions.filter(({ name }) => name.startsWith("PutEvents"));
    expect(announced).toBeDefined();
    const [finding] = [...(await findingsOf(announced ? [{ ...announced, maxMs: 300 }] : [])).values()];
    expect(finding).toMatchObject({ outcome });
  });

  it("says which right is missing", async () => {
    const denied = (action: string) =>
      new AwsError(403, "AccessDeniedException", `User: x is not authorized to perform: ${action} on resource: y`);
    ways.refusals.set("PutRule", denied("events:PutRule"));
    expect((await askEvents()).get(rate)).toEqual({
      outcome: "not tried here",
      because: "your AWS identity needs events:PutRule",
    });
    expect({ left: aws.left(), leftBehind }).toEqual({ left: [], leftBehind: [] });
    ways.refusals.set("CreateQueue", denied("sqs:createqueue"));
    expect((await askQueues()).get(ours)).toEqual({
      outcome: "not tried here",
      because: "your AWS identity needs sqs:createqueue",
    });
  });

  it("names what it could not remove, with the command that does", async () => {
    const denied = new AwsError(403, "AccessDeniedException", "no");
    for (const operation of ["DeleteRule", "DeleteQueue"]) ways.refusals.set(operation, denied);
    expect((await askEvents()).get(rate)).toMatchObject({ outcome: "as expected" });
    expect(leftBehind.filter((command) => command.startsWith("aws events remove-targets"))).toHaveLength(2);
    expect(leftBehind.filter((command) => command.startsWith("aws sqs delete-queue --queue-url "))).toHaveLength(2);
  });

  it.each([
    ["at Ctrl-C", {}],
    ["when its time is up", { maxMs: 400 }],
  ])("removes its rule and queue %s", async (way, more) => {
    ways.ratesFireAtOnce = false;
    const temporary = temporaryRules({ region, credentials, endpoint: aws.eventBridgeUrl }, queues(), onLeftBehind);
    const needs = { config: configured(), client: {} as never, temporary, now: Date.now, everyMs: 5, settleMs: 1 };
    const asked = eventQuestions(needs).filter(({ name }) => name === rate);
    const stop = new AbortController();
    const running = findingsOf(
      asked.map((one) => ({ ...one, ...more })),
      { stop: stop.signal },
    );
    while (aws.made.length < 2) await sleep(5);
    expect(aws.left().length).toBeGreaterThan(0);
    if (way === "at Ctrl-C") stop.abort();
    expect((await running).get(rate)?.outcome).not.toBe("as expected");
    expect(aws.left()).toEqual([]);
  });

  it("makes nothing where that was not allowed", async () => {
    const found = [await askQueues({ mayChange: false }), await askEvents({}, { mayChange: false })];
    const because = found.flatMap((one) => [...one.values()].map((finding) => finding.outcome));
    expect(because).toEqual(["as expected", ...Array(6).fill("not tried here")]);
    const hasty = await askEvents({}, { maySlow: false });
    expect(hasty.get(cron)).toEqual({ outcome: "not tried here", because: "it needs --slow" });
    expect(aws.made.filter((name) => !name.includes("fifo"))).toEqual([]);
  });
});
