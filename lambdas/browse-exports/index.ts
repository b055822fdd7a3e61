import { readDescription, readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { clock } from "../adapters/clock.ts";
import { runOrders } from "../adapters/s3/coordination.ts";
import { currentFiles } from "../adapters/s3/current-files.ts";
import { downloadLinks } from "../adapters/s3/export-files.ts";
import { exportHistory } from "../adapters/s3/export-records.ts";
import { s3Bucket } from "../adapters/s3/s3-client.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { browseExports, readsQuery } from "./handler.ts";

const env = readEnvironment("browse-exports");
const telemetry = powertools(env.SERVICE_NAME);
const bucket = s3Bucket(env.EXPORTS_BUCKET);
const links = downloadLinks(bucket, { seconds: env.DOWNLOAD_URL_TTL_SECONDS, clock });

export const handler = behindApiGateway(
  browseExports({
    configuration: { workspaces: env.WORKSPACE_IDS, schedules: readSchedules(), description: readDescription },
    exports: { ...exportHistory(bucket), ...links },
    current: currentFiles(bucket),
    coordination: { orders: runOrders(bucket) },
    clock,
  }),
  telemetry,
  readsQuery,
);
