import { readEnvironment } from "../adapters/aws/environment.ts";
import { noticesTopic } from "../adapters/aws/notices-topic.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { sendNotices } from "./handler.ts";

const env = readEnvironment("send-notices");

export const handler = sendNotices({
  events: noticesTopic(env.NOTICES_TOPIC_ARN),
  telemetry: powertools(env.SERVICE_NAME),
});
