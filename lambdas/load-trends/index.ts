import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment } from "../adapters/environment.ts";
import { rawFetch } from "../adapters/raw-fetch.ts";
import { secretsClient } from "../adapters/secrets-client.ts";
import { togglClient } from "../adapters/toggl-client.ts";
import { tokenSource } from "../adapters/token-source.ts";
import { trendsDownload } from "../adapters/trends-download.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { loadTrends } from "./handler.ts";

const { TOGGL_BASE_URL, WORKSPACE_SECRETS } = readEnvironment("load-trends");

const tokens = tokenSource({ client: secretsClient(), secrets: WORKSPACE_SECRETS, now: Date.now });
const toggl = togglClient({
  baseUrl: TOGGL_BASE_URL,
  tokens,
  fetch: rawFetch,
  now: Date.now,
  random: Math.random,
  sleep,
  retry: "while-waiting",
});

export const handler = behindApiGateway(
  loadTrends({ workspaces: WORKSPACE_SECRETS, loadTrends: trendsDownload(toggl) }),
);
