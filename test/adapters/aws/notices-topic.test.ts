import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { noticesTopic } from "../../../lambdas/adapters/aws/notices-topic.ts";
import { type Listening, listenOnLoopback } from "../../../local/listening.ts";
import { stubLambdaEnvironment } from "./answering.ts";

let topic: Listening | undefined;
beforeEach(stubLambdaEnvironment);
afterEach(async () => {
  vi.unstubAllEnvs();
  await topic?.close();
});

it("publishes subject and message to the topic", async () => {
  let asked = new URLSearchParams();
  const server = createServer(async (message, response) => {
    asked = new URLSearchParams(await text(message));
    response.end("<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>");
  });
  topic = await listenOnLoopback(server, 0);
  vi.stubEnv("AWS_ENDPOINT_URL_SNS", topic.url);
  await noticesTopic("arn:aws:sns:eu-central-1:1:notices").notify({ subject: "Failed", message: "It failed." });
  const { TopicArn, Subject, Message, Action } = Object.fromEntries(asked);
  const published = ["Publish", "arn:aws:sns:eu-central-1:1:notices", "Failed", "It failed."];
  expect([Action, TopicArn, Subject, Message]).toEqual(published);
});
