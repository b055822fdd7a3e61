import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { within } from "../../../lambdas/adapters/aws/aws-clients.ts";
import { workQueue } from "../../../lambdas/adapters/aws/export-queue.ts";
import { secretReader } from "../../../lambdas/adapters/aws/secret-reader.ts";
import type { Listening } from "../../../local/listening.ts";
import { startSecretsManager } from "../../../local/secrets-manager/secrets-manager.ts";
import { withinMs } from "../toggl/client.ts";
import { answering, credentials, refused, stubLambdaEnvironment, taken, type Way } from "./answering.ts";

const servers: Listening[] = [];

beforeEach(stubLambdaEnvironment);
afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function asking(variable: string, ...ways: Way[]) {
  const server = await answering(variable, ...ways);
  servers.push(server);
  return server.asked;
}

const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/exports.fifo";
const message = { body: "ä", group: "toggl/acme", id: "01KAT400000000000000000000" };
const send = (deadline = withinMs(60_000)) => workQueue("", queueUrl).sendToDeadLetterQueue(message, deadline);
const page: Way = (response) => response.writeHead(503).end("<html>");
const reset: Way = (response) => response.socket?.resetAndDestroy();
const half: Way = (response) =>
  response.writeHead(200, { "content-length": 100 }).write("{", () => response.socket?.destroy());
const silence: Way = () => {};
const secret: Way = (response) => response.end('{"SecretString":"token"}');

describe("a call", () => {
  it("is signed as AWS checks it, and gives what the service answered", async () => {
    const secrets = new Map([["toggl/acme", "token"]]);
    const server = await startSecretsManager({ secrets, region: "eu-central-1", credentials });
    servers.push(server);
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url);
    expect(await secretReader()("toggl/acme")).toBe("token");
    await expect(secretReader()("toggl/none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    await expect(secretReader()("toggl/acme")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });

  it("names its operation, and signs the session's token too", async () => {
    const asked = await asking("SQS", taken);
    vi.stubEnv("AWS_SESSION_TOKEN", "session");
    await send();
    expect(asked[0]).toMatchObject({ target: "AmazonSQS.SendMessage", input: { MessageBody: "ä" } });
    expect(asked[0]?.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.0",
      "x-amz-security-token": "session",
      authorization: expect.stringMatching(/\/eu-central-1\/sqs\/aws4_request, SignedHeaders=.*x-amz-security-token/),
    });
  });

  it("to a queue goes where AWS_ENDPOINT_URL_SQS says, and nothing is written about it", async () => {
    const asked = await asking("SQS", taken);
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await send();
    expect(asked[0]?.input.QueueUrl).toBe(queueUrl);
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe("what passes is tried again, and a message is the same one each time", () => {
  it.each<[string, Way]>([
    ["a fault of AWS's", refused(500, "InternalServiceError")],
    ["a page from in between", page],
    ["throttling", refused(400, "ThrottlingException")],
    ["SQS's own throttling", refused(400, "RequestThrottled", { "x-amzn-query-error": "RequestThrottled;Sender" })],
    ["a reset connection", reset],
    ["half an answer", half],
  ])("%s", async (_, fault) => {
    const asked = await asking("SQS", fault, fault, taken);
    await send();
    expect(asked.map(({ input }) => input.MessageDeduplicationId)).toEqual(Array(3).fill(message.id));
  });

  it("silence", async () => {
    const asked = await asking("SECRETS_MANAGER", silence, secret);
    expect(await secretReader()("toggl/acme")).toBe("token");
    expect(asked).toHaveLength(2);
  }, 20_000);

  it("no more than twice", async () => {
    const asked = await asking("SECRETS_MANAGER", refused(500, "InternalServiceError"));
    const read = secretReader()("toggl/acme");
    await expect(read).rejects.toMatchObject({ name: "InternalServiceError", message: "no" });
    expect(asked).toHaveLength(3);
  });
});

it.each<[string, Way]>([
  ["before an answer", silence],
  ["in the middle of an answer", (response) => response.writeHead(200).write("{")],
])("nothing is tried again once the caller's time is up: %s", async (_, way) => {
  const caller = new AbortController();
  const asked = await asking(
    "SQS",
    (response, call) => {
      way(response, call);
      setTimeout(() => caller.abort(), 100);
    },
    taken,
  );
  const sent = send({ signal: caller.signal, remainingMs: () => 0 });
  await expect(sent).rejects.toMatchObject({ kind: "queue_unavailable", cause: { name: "AbortError" } });
  expect(asked).toHaveLength(1);
});

it("a call ends at its own limit, and at the caller's if that comes first", async () => {
  const caller = new AbortController();
  const hour = 3_600_000;
  const [own, both, callers] = [within(1), within(1, caller.signal), within(hour, caller.signal)];
  await expect.poll(() => [own.aborted, both.aborted]).toEqual([true, true]);
  expect(callers.aborted).toBe(false);
  caller.abort();
  expect(callers.aborted).toBe(true);
});

describe("what stays is told at once, under AWS's own name", () => {
  const gone = { "x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender" };
  const denied = { "x-amzn-query-error": "AccessDenied;Sender" };
  it.each<[string, Way, string]>([
    ["no queue", refused(400, "com.amazonaws.sqs#QueueDoesNotExist"), "QueueDoesNotExist"],
    ["no queue, by both names", refused(400, "com.amazonaws.sqs#QueueDoesNotExist", gone), "QueueDoesNotExist"],
    ["denied, by both names", refused(403, "com.amazon.coral.service#AccessDeniedException", denied), "AccessDenied"],
    ["denied", refused(400, "AccessDeniedException:http://internal.amazon.com/coral/"), "AccessDeniedException"],
    ["a page from in between", (response) => response.writeHead(403).end("<html>"), "Http403"],
  ])("%s", async (_, way, name) => {
    const asked = await asking("SQS", way, taken);
    await expect(send()).rejects.toMatchObject({
      message: `The queue did not take the export (SQS: ${name}).`,
      cause: { name },
    });
    expect(asked).toHaveLength(1);
  });
});

it.each([
  ["cut", '{"SecretString":"5f3bd7'],
  ["damaged", '{"SecretString":"5f3bd7\n"}'],
  ["no JSON", "5f3bd7"],
])("an error never quotes an answer, which may hold the token: %s", async (_, answer) => {
  await asking("SECRETS_MANAGER", (response) => response.end(answer));
  const error: Error = await secretReader()("toggl/acme").then(
    () => expect.fail("was read"),
    (thrown) => thrown,
  );
  expect(error.name).toBe("Http200");
  expect(`${error.stack} ${error.cause} ${JSON.stringify(error)}`).not.toMatch(/5f3b/);
});
