import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { awsJson } from "../../../lambdas/adapters/aws/aws-json.ts";
import { awsEndpoint } from "../../../lambdas/adapters/aws/environment.ts";
import { secretReader } from "../../../lambdas/adapters/aws/secret-reader.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { startSecretsManager } from "../../../local/secrets-manager/secrets-manager.ts";

const service = { name: "sqs", target: "AmazonSQS", version: "1.0", variable: "SQS", attemptMs: 10_000 } as const;
const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
let server: Listening | undefined;

beforeEach(() => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", credentials.accessKeyId);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey);
  vi.stubEnv("AWS_SESSION_TOKEN", undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.close();
  server = undefined;
});

/** Answers one request after the other, the last way for all that follow, and tells what it was asked. */
async function answering(...ways: ((response: ServerResponse) => unknown)[]) {
  const asked: { message: IncomingMessage; body: string }[] = [];
  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    asked.push({ message, body: await text(message) });
    ways[Math.min(asked.length, ways.length) - 1]?.(response);
  };
  server = await listenOnLoopback(createServer(answer), 0);
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", server.url);
  return asked;
}

const fine = (response: ServerResponse) => response.end('{"MessageId":"1"}');
const refused = (status: number, type: string) => (response: ServerResponse) =>
  response.writeHead(status).end(JSON.stringify({ __type: type, message: "no" }));
const send = (signal?: AbortSignal, attemptMs: number = service.attemptMs) =>
  awsJson({ ...service, attemptMs })("SendMessage", { MessageBody: "ä" }, signal);

describe("a call", () => {
  it("is signed as AWS checks it, and gives what the service answered", async () => {
    server = await startSecretsManager({
      secrets: new Map([["toggl/acme", "token"]]),
      region: "eu-central-1",
      credentials,
    });
    vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", server.url);
    expect(await secretReader()("toggl/acme")).toBe("token");
    await expect(secretReader()("toggl/none")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "another");
    await expect(secretReader()("toggl/acme")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });

  it("names its operation, and signs the session's token too", async () => {
    const asked = await answering(fine);
    vi.stubEnv("AWS_SESSION_TOKEN", "session");
    expect(await send()).toEqual({ MessageId: "1" });
    expect(asked[0]?.body).toBe('{"MessageBody":"ä"}');
    expect(asked[0]?.message.headers).toMatchObject({
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "AmazonSQS.SendMessage",
      "x-amz-security-token": "session",
      authorization: expect.stringMatching(/\/eu-central-1\/sqs\/aws4_request, SignedHeaders=.*x-amz-security-token/),
    });
  });

  it("goes to the region's own host", () => {
    expect(awsEndpoint("sqs", "SQS")).toBe("https://sqs.eu-central-1.amazonaws.com");
    vi.stubEnv("AWS_REGION", "cn-north-1");
    expect(awsEndpoint("sqs", "SQS")).toBe("https://sqs.cn-north-1.amazonaws.com.cn");
  });
});

describe("what passes is tried again", () => {
  it.each<[string, (response: ServerResponse) => unknown]>([
    ["a fault of AWS's", refused(500, "InternalServiceError")],
    ["a page from in between", (response) => response.writeHead(503).end("<html>")],
    ["throttling", refused(400, "ThrottlingException")],
    ["a reset connection", (response) => response.socket?.resetAndDestroy()],
    ["half an answer", (response) => response.writeHead(200, { "content-length": 100 }).end("{")],
  ])("%s", async (_, fault) => {
    const asked = await answering(fault, fault, fine);
    expect(await send()).toEqual({ MessageId: "1" });
    expect(asked).toHaveLength(3);
  });

  it("silence", async () => {
    const asked = await answering(() => {}, fine);
    expect(await send(undefined, 1000)).toEqual({ MessageId: "1" });
    expect(asked).toHaveLength(2);
  });

  it("no more than twice", async () => {
    const asked = await answering(refused(500, "InternalServiceError"));
    await expect(send()).rejects.toMatchObject({ name: "InternalServiceError", message: "no" });
    expect(asked).toHaveLength(3);
  });

  it("not once the caller's time is up", async () => {
    const asked = await answering(() => {});
    await expect(send(AbortSignal.timeout(50))).rejects.toMatchObject({ name: "AbortError" });
    expect(asked).toHaveLength(1);
  });
});

it.each([
  [refused(400, "com.amazonaws.sqs#QueueDoesNotExist"), "QueueDoesNotExist"],
  [refused(400, "AccessDeniedException:http://internal.amazon.com/coral/"), "AccessDeniedException"],
  [(response: ServerResponse) => response.writeHead(403).end(), "Http403"],
])("what stays is told at once, under AWS's own name", async (fault, name) => {
  const asked = await answering(fault);
  await expect(send()).rejects.toMatchObject({ name });
  expect(asked).toHaveLength(1);
});
