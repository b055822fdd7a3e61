import { readEnvironment } from "../adapters/environment.ts";
import { namesDownload } from "../adapters/names-download.ts";
import { namesStore } from "../adapters/names-store.ts";
import { powertools } from "../adapters/powertools.ts";
import { rawFetch } from "../adapters/raw-fetch.ts";
import { s3Client } from "../adapters/s3-client.ts";
import { secretReader } from "../adapters/secret-reader.ts";
import { tokenSource } from "../adapters/token-source.ts";
import { claimWarning } from "../adapters/warning-claims.ts";
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
      fetch: rawFetch,
      now: Date.now,
      telemetry,
      claimWarning: claimWarning(bucket),
    }),
    now: Date.now,
  }),
  telemetry,
);
