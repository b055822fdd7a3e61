import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { secretReader } from "../adapters/aws/secret-reader.ts";
import { rawFetch } from "../adapters/toggl/raw-fetch.ts";
import { togglClient } from "../adapters/toggl/toggl-client.ts";
import { tokenSource } from "../adapters/toggl/token-source.ts";
import { trendsDownload } from "../adapters/toggl/trends-download.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { loadTrends } from "./handler.ts";

const { TOGGL_BASE_URL, WORKSPACE_SECRETS, SERVICE_NAME } = readEnvironment("load-trends");
const telemetry = powertools(SERVICE_NAME);

const tokens = tokenSource({ readSecret: secretReader(), secrets: WORKSPACE_SECRETS, now: Date.now });
tokens.prefetch();
const toggl = togglClient({
  baseUrl: TOGGL_BASE_URL,
  tokens,
  fetch: rawFetch,
  now: Date.now,
  random: Math.random,
  sleep,
  retry: "while-waiting",
  telemetry,
});

export const handler = behindApiGateway(
  loadTrends({ workspaces: WORKSPACE_SECRETS, loadTrends: trendsDownload(toggl) }),
  telemetry,
);
