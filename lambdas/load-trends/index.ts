import { readEnvironment } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { connectToggl } from "../adapters/toggl/connect-toggl.ts";
import { togglTrends } from "../adapters/toggl/trends-download.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { loadTrends } from "./handler.ts";

const env = readEnvironment("load-trends");
const telemetry = powertools(env.SERVICE_NAME);
const client = connectToggl(env, { retry: "while-waiting", telemetry });

export const handler = behindApiGateway(
  loadTrends({ configuration: { workspaces: env.WORKSPACE_SECRETS }, toggl: togglTrends(client) }),
  telemetry,
);
