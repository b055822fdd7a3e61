import { beforeEach, describe, expect, it } from "vitest";
import { type LocalQueue, openQueue, type StoredMessage } from "../../local/sqs/fifo-queue.ts";
import type { TemplateQueue } from "../../local/sqs/from-template.ts";

const fifo: TemplateQueue = {
  arn: "arn:aws:sqs:us-east-1:123456789012:exports.fifo",
  url: "",
  isFifo: true,
  contentBasedDeduplication: true,
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 1000,
  deadLetters: { arn: "", maxReceiveCount: 3 },
};

let time: number;
let dead: StoredMessage[];
let queue: LocalQueue;

const open = (settings: TemplateQueue) =>
  openQueue(settings, {
    now: () => time,
    state: { messages: [], accepted: {} },
    onChange: () => {},
    moveToDeadLetters: (message) => void dead.push(message),
  });

beforeEach(() => {
  time = 1_000_000;
  dead = [];
  queue = open(fifo);
});

const bodies = (most = 10) => queue.receive(most).map(({ body }) => body);

describe("a FIFO queue", () => {
  it("gives one message of a group at a time, in order, and groups side by side", () => {
    for (const body of ["a1", "b1", "a2"]) queue.send({ body, group: body.charAt(0) });
    expect(bodies()).toEqual(["a1", "b1"]);
    expect(bodies()).toEqual([]);
  });

  it("goes on with the group once a message is deleted", () => {
    for (const body of ["a1", "a2"]) queue.send({ body, group: "a" });
    const [first] = queue.receive(1);
    queue.delete(first?.receiptHandle ?? "");
    expect(bodies()).toEqual(["a2"]);
  });

  it("gives a message again when its time is up, and only the last receipt counts", () => {
    queue.send({ body: "a1", group: "a" });
    const [first] = queue.receive(1);
    time += 60_000;
    expect(bodies()).toEqual(["a1"]);
    queue.delete(first?.receiptHandle ?? "");
    expect(queue.messages).toHaveLength(1);
  });

  it("hides a message for as long as its receiver says, and its group with it", () => {
    for (const body of ["a1", "a2"]) queue.send({ body, group: "a" });
    const [first] = queue.receive(1);
    queue.changeVisibility(first?.receiptHandle ?? "", 600);
    time += 599_000;
    expect(bodies()).toEqual([]);
    time += 1000;
    expect(bodies()).toEqual(["a1"]);
  });

  it.each([-1, 43_201, 1.5])("refuses %s as a time to hide", (seconds) => {
    queue.send({ body: "a1", group: "a" });
    const [first] = queue.receive(1);
    expect(() => queue.changeVisibility(first?.receiptHandle ?? "", seconds)).toThrow(/0 to 43200/);
  });

  it("refuses to hide what is no longer received", () => {
    queue.send({ body: "a1", group: "a" });
    const [first] = queue.receive(1);
    time += 60_000;
    expect(() => queue.changeVisibility(first?.receiptHandle ?? "", 1)).toThrow(/not available/);
    expect(() => queue.changeVisibility("nonsense", 1)).toThrow(/not available/);
  });

  it("takes the same message once in five minutes, deleted or not", () => {
    const id = queue.send({ body: "a1", group: "a" });
    expect(queue.send({ body: "a1", group: "a" })).toBe(id);
    expect(queue.send({ body: "other", group: "a", deduplicationId: "1" })).not.toBe(id);
    expect(queue.send({ body: "another", group: "a", deduplicationId: "1" })).not.toBe(id);
    expect(queue.messages).toHaveLength(2);
    time += 300_000;
    queue.send({ body: "a1", group: "a" });
    expect(queue.messages).toHaveLength(3);
  });

  it("sets aside what was received too often", () => {
    queue.send({ body: "a1", group: "a" });
    queue.send({ body: "a2", group: "a" });
    for (let receipt = 1; receipt <= 3; receipt++) {
      expect(bodies()).toEqual(["a1"]);
      time += 60_000;
    }
    expect(bodies()).toEqual(["a2"]);
    expect(dead.map(({ body }) => body)).toEqual(["a1"]);
  });

  it("forgets what nobody took in its retention time", () => {
    queue.send({ body: "a1", group: "a" });
    time += 1_000_001;
    expect(bodies()).toEqual([]);
    expect(queue.messages).toEqual([]);
  });

  it("wants a group, and an id where the content is none", () => {
    expect(() => queue.send({ body: "x" })).toThrow(/MessageGroupId/);
    expect(() => queue.send({ body: "x", group: "g".repeat(129) })).toThrow(/MessageGroupId/);
    const strict = open({ ...fifo, contentBasedDeduplication: false });
    expect(() => strict.send({ body: "x", group: "a" })).toThrow(/ContentBasedDeduplication/);
  });
});

it("is a plain queue where the template says so", () => {
  queue = open({ ...fifo, isFifo: false });
  for (let at = 0; at < 3; at++) queue.send({ body: "same" });
  expect(bodies()).toEqual(["same", "same", "same"]);
});
