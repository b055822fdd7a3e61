import { beforeEach, describe, expect, it } from "vitest";
import { asynchronousCalls, retryWaitsMs } from "../../local/lambda/asynchronous.ts";
import type { TemplateFunction } from "../../local/lambda/from-template.ts";
import { failedInvocation, type InvocationResult } from "../../local/lambda/invocation.ts";

const failuresArn = "arn:aws:sqs:eu-central-1:123456789012:undelivered";
const sender: TemplateFunction = {
  ...{ logicalId: "Sender", name: "sender", directory: "", handler: "index.handler", environment: {} },
  arn: "arn:aws:lambda:eu-central-1:123456789012:function:sender",
  roleArn: "arn:aws:iam::123456789012:role/sender",
  timeoutSeconds: 3,
  memoryMb: 128,
  asynchronous: { maxRetries: 2, failuresArn },
};
const no = failedInvocation("Error", "no");
const yes: InvocationResult = { failed: false, payload: "null" };

let results: InvocationResult[];
let called: number;
let kept: unknown[];
let logs: string[];
let denial: string | undefined;

beforeEach(() => {
  called = 0;
  kept = [];
  logs = [];
  denial = undefined;
});

const calls = (waits = [0, 0]) =>
  asynchronousCalls({
    invoke: async () => results[called++] ?? no,
    account: { roleCaller: () => ({ denial: () => denial }) },
    queues: new Map([[failuresArn, { send: ({ body }) => String(kept.push(JSON.parse(body))) }]]),
    retryWaitsMs: waits,
    onLog: (line) => logs.push(line),
  });

describe("a call that nobody waits for", () => {
  it("is made once if it goes well, and again if it fails, until it goes well", async () => {
    results = [yes];
    calls().call(sender, {});
    await expect.poll(() => called).toBe(1);
    called = 0;
    results = [no, no, yes];
    calls().call(sender, {});
    await expect.poll(() => called).toBe(3);
    expect(kept).toEqual([]);
  });

  it("that failed each time is kept with its event and with why", async () => {
    results = [no, no, no, yes];
    calls().call(sender, { id: "7bf73129" });
    await expect.poll(() => kept).toHaveLength(1);
    expect(kept).toMatchObject([
      {
        requestContext: {
          condition: "RetriesExhausted",
          approximateInvokeCount: 3,
          functionArn: `${sender.arn}:$LATEST`,
        },
        requestPayload: { id: "7bf73129" },
        responsePayload: { errorType: "Error", errorMessage: "no" },
      },
    ]);
    expect(called).toBe(3);
  });

  it("is made again as often as the template says", async () => {
    results = [];
    calls().call({ ...sender, asynchronous: { maxRetries: 0, failuresArn } }, {});
    await expect.poll(() => kept).toHaveLength(1);
    expect(called).toBe(1);
  });

  it("is kept nowhere without the right to it, and the log says so", async () => {
    denial = "not authorized";
    results = [];
    calls().call(sender, {});
    await expect.poll(() => logs).toEqual(["Not delivered: not authorized"]);
    expect(kept).toEqual([]);
  });

  it("waits as Lambda does, a minute and then two, and not beyond the end of the host", async () => {
    expect(retryWaitsMs).toEqual([60_000, 120_000]);
    results = [];
    const waiting = calls([...retryWaitsMs]);
    waiting.call(sender, {});
    await expect.poll(() => called).toBe(1);
    await waiting.close();
    expect(kept).toEqual([]);
  });
});
