import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment } from "../adapters/environment.ts";
import { powertools } from "../adapters/powertools.ts";
import { rawFetch } from "../adapters/raw-fetch.ts";
import { secretReader } from "../adapters/secret-reader.ts";
import { togglClient } from "../adapters/toggl-client.ts";
import { tokenSource } from "../adapters/token-source.ts";
import { trendsDownload } from "../adapters/trends-download.ts";
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
