import { beforeEach, describe, expect, it } from "vitest";
import type { AwsCall } from "../../../lambdas/adapters/aws/aws-json.ts";
import { hideMessage, queueEvent, sendMessage } from "../../../lambdas/adapters/aws/export-queue.ts";
import { withinMs } from "../toggl/client.ts";

let calls: [string, object, boolean][];
let fail: unknown;
beforeEach(() => {
  calls = [];
  fail = undefined;
});

const sqs = (async (operation: string, input: object, signal?: AbortSignal) => {
  calls.push([operation, input, signal instanceof AbortSignal]);
  if (fail !== undefined) throw fail;
  return {};
}) as AwsCall;
const queue = { sqs, queueUrl: "https://sqs/queue.fifo" };
const id = "01KAT400000000000000000000";

describe("a message", () => {
  const send = () => sendMessage(queue, { body: "{}", group: "toggl/acme", id }, withinMs(1000));

  it("is sent with its group, and once for its id", async () => {
    await send();
    const message = { MessageBody: "{}", MessageGroupId: "toggl/acme", MessageDeduplicationId: id };
    expect(calls).toEqual([["SendMessage", { QueueUrl: "https://sqs/queue.fifo", ...message }, true]]);
  });

  it("that SQS does not take is a failure with SQS's name for it", async () => {
    fail = Object.assign(new Error("no"), { name: "OverLimit" });
    const message = "The queue did not take the export (SQS: OverLimit).";
    await expect(send()).rejects.toMatchObject({ kind: "queue_unavailable", message, cause: fail });
    fail = "no";
    await expect(send()).rejects.toMatchObject({
      kind: "queue_unavailable",
      message: expect.stringContaining("unknown"),
    });
  });
});

it("an event that is sent later is a message that nothing waits behind, and another each time", async () => {
  for (let time = 0; time < 2; time++) await queueEvent(queue, { workspace_id: 1, id, ...{ more: 1 } }, withinMs(1000));
  const inputs = calls.map(([, input]) => input as Record<string, string>);
  expect(inputs[0]).toMatchObject({ MessageGroupId: `event:${id}` });
  expect(JSON.parse(inputs[0]?.MessageBody ?? "")).toEqual({ event_of: { workspace_id: 1, id } });
  expect(new Set(inputs.map((input) => input.MessageDeduplicationId)).size).toBe(2);
});

it.each([
  [30, 30],
  [39_600, 39_600],
  [43_200, 39_600], // SQS counts its 12 hours from the receipt
])("a message is hidden for %d s, as far as SQS allows: %d s", async (seconds, VisibilityTimeout) => {
  await hideMessage(queue, "handle", seconds, withinMs(1000));
  const change = { QueueUrl: "https://sqs/queue.fifo", ReceiptHandle: "handle", VisibilityTimeout };
  expect(calls).toEqual([["ChangeMessageVisibility", change, true]]);
});
