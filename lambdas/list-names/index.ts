import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { secretReader } from "../adapters/aws/secret-reader.ts";
import { claimWarning } from "../adapters/s3/coordination.ts";
import { namesStore } from "../adapters/s3/notes.ts";
import { s3Client } from "../adapters/s3/s3-client.ts";
import { namesDownload } from "../adapters/toggl/names-download.ts";
import { pacedFetch } from "../adapters/toggl/paced-fetch.ts";
import { rawFetch } from "../adapters/toggl/raw-fetch.ts";
import { tokenSource } from "../adapters/toggl/token-source.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { listNames } from "./handler.ts";

const env = readEnvironment("list-names");
const telemetry = powertools(env.SERVICE_NAME);

// The token is not read ahead: most calls do not need it.
const tokens = tokenSource({ readSecret: secretReader(), secrets: env.WORKSPACE_SECRETS, now: Date.now });

const bucket = { s3: s3Client(), bucket: env.EXPORTS_BUCKET };

export const handler = behindApiGateway(
  listNames({
    workspaces: env.WORKSPACE_SECRETS,
    store: namesStore(bucket),
    readToken: tokens.read,
    askNames: namesDownload({
      baseUrl: env.TOGGL_BASE_URL,
      fetch: pacedFetch({ fetch: rawFetch, monotonicNow: () => performance.now(), sleep }).fetch,
      now: Date.now,
      telemetry,
      claimWarning: claimWarning(bucket),
    }),
    now: Date.now,
  }),
  telemetry,
);
