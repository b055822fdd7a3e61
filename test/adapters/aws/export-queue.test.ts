import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { exportQueue, queueService, workQueue } from "../../../lambdas/adapters/aws/export-queue.ts";
import { withinMs } from "../toggl/client.ts";
import { answering, refused, stubLambdaEnvironment, taken, type Way } from "./answering.ts";

let server: Awaited<ReturnType<typeof answering>>;
let answer: Way;
beforeEach(async () => {
  stubLambdaEnvironment();
  answer = taken;
  server = await answering("SQS", (...call) => answer(...call));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

const queueUrl = "https://sqs/queue.fifo";
const secrets = new Map([[1, "toggl/acme"]]);
const queue = () => workQueue(queueUrl, "https://sqs/dead.fifo");
const id = "01KAT400000000000000000000";
const calls = () => server.asked.map(({ target, input }) => [target, input]);

describe("a message", () => {
  const event = { event_of: { workspace_id: 1, id } };
  const send = (workspaceId = 1) => exportQueue(queueUrl, secrets).send(workspaceId, event, id, withinMs(60_000));

  it("is sent with its token as its group, and once for its id", async () => {
    await send();
    const message = { MessageBody: JSON.stringify(event), MessageGroupId: "toggl/acme", MessageDeduplicationId: id };
    expect(calls()).toEqual([["AmazonSQS.SendMessage", { QueueUrl: queueUrl, ...message }]]);
  });

  it("of a workspace without a token has a group of its own", async () => {
    await send(7);
    expect(server.asked[0]?.input).toMatchObject({ MessageGroupId: "7" });
  });

  it("that is put aside goes to the dead letters as it is", async () => {
    await queue().sendToDeadLetterQueue({ body: "{}", group: "toggl/acme", id }, withinMs(60_000));
    const message = { MessageBody: "{}", MessageGroupId: "toggl/acme", MessageDeduplicationId: id };
    expect(calls()).toEqual([["AmazonSQS.SendMessage", { QueueUrl: "https://sqs/dead.fifo", ...message }]]);
  });

  it("that SQS does not take is a failure with SQS's name for it", async () => {
    answer = refused(400, "com.amazonaws.sqs#OverLimit");
    const message = "The queue did not take the export (SQS: OverLimit).";
    await expect(send()).rejects.toMatchObject({ kind: "queue_unavailable", message, cause: { name: "OverLimit" } });
  });

  it("that SQS has got otherwise than it was sent is a failure", async () => {
    answer = (response) => response.end('{"MessageId":"1","MD5OfMessageBody":"of another"}');
    await expect(send()).rejects.toMatchObject({ kind: "queue_unavailable" });
    expect(calls()).toHaveLength(1);
  });

  it("that nothing takes is a failure, whatever was thrown", async () => {
    const sqs = queueService();
    sqs.middlewareStack.add(() => () => Promise.reject("no"), { step: "initialize" });
    const sent = exportQueue(queueUrl, secrets, sqs).send(1, event, id, withinMs(1000));
    const message = expect.stringContaining("unknown");
    await expect(sent).rejects.toMatchObject({ kind: "queue_unavailable", message });
  });
});

it("an event that is sent later is a message that nothing waits behind, and another each time", async () => {
  for (let time = 0; time < 2; time++)
    await queue().sendEvent({ workspace_id: 1, id, ...{ more: 1 } }, withinMs(60_000));
  const inputs = server.asked.map(({ input }) => input);
  expect(inputs[0]).toMatchObject({ MessageGroupId: `event:${id}` });
  expect(JSON.parse(String(inputs[0]?.MessageBody))).toEqual({ event_of: { workspace_id: 1, id } });
  expect(new Set(inputs.map((input) => input.MessageDeduplicationId)).size).toBe(2);
});

it.each([
  [30, 30],
  [39_600, 39_600],
  [43_200, 39_600], // SQS counts its 12 hours from the receipt
])("a message is hidden for %d s, as far as SQS allows: %d s", async (seconds, VisibilityTimeout) => {
  answer = (response) => response.end("{}");
  await queue().changeVisibility("handle", seconds, withinMs(60_000));
  const change = { QueueUrl: queueUrl, ReceiptHandle: "handle", VisibilityTimeout };
  expect(calls()).toEqual([["AmazonSQS.ChangeMessageVisibility", change]]);
});
