import { readEnvironment } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { secretReader } from "../adapters/aws/secret-reader.ts";
import { clock } from "../adapters/clock.ts";
import { nameNotes, warningClaims } from "../adapters/s3/notes.ts";
import { s3Bucket } from "../adapters/s3/s3-client.ts";
import { togglNames } from "../adapters/toggl/names-download.ts";
import { pacedFetch } from "../adapters/toggl/paced-fetch.ts";
import { rawFetch } from "../adapters/toggl/raw-fetch.ts";
import { tokenSource } from "../adapters/toggl/token-source.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { listNames } from "./handler.ts";

const env = readEnvironment("list-names");
const telemetry = powertools(env.SERVICE_NAME);
const bucket = s3Bucket(env.EXPORTS_BUCKET);
const coordination = { names: nameNotes(bucket), warnings: warningClaims(bucket) };
// The token is not read ahead: most calls do not need it.
const tokens = tokenSource({ readSecret: secretReader(), secrets: env.WORKSPACE_SECRETS, clock });
const { fetch, rest } = pacedFetch(rawFetch, clock);

export const handler = behindApiGateway(
  listNames({
    configuration: { workspaces: env.WORKSPACE_SECRETS },
    toggl: togglNames({ baseUrl: env.TOGGL_BASE_URL, tokens, fetch, rest, clock, coordination, telemetry }),
    coordination,
    clock,
  }),
  telemetry,
);
