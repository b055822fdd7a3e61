import { readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { exportQueue } from "../adapters/aws/export-queue.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { clock } from "../adapters/clock.ts";
import { clearScratchDisk } from "../adapters/disk/scratch-file.ts";
import { idempotencyClaims, quotaNotes, runOrders } from "../adapters/s3/coordination.ts";
import { currentFiles } from "../adapters/s3/current-files.ts";
import { downloadLinks, exportFiles } from "../adapters/s3/export-files.ts";
import { exportRecords } from "../adapters/s3/export-records.ts";
import { warningClaims } from "../adapters/s3/notes.ts";
import { publishedFiles } from "../adapters/s3/published-files.ts";
import { s3Bucket } from "../adapters/s3/s3-client.ts";
import { connectToggl } from "../adapters/toggl/connect-toggl.ts";
import { togglReports } from "../adapters/toggl/report-download.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { createExport } from "./handler.ts";

const env = readEnvironment("create-export");
const telemetry = powertools(env.SERVICE_NAME);
clearScratchDisk();

const bucket = s3Bucket(env.EXPORTS_BUCKET);
const coordination = {
  claims: idempotencyClaims(bucket),
  orders: runOrders(bucket),
  quota: quotaNotes(bucket, env.WORKSPACE_SECRETS),
  warnings: warningClaims(bucket),
};
const client = connectToggl(env, { retry: "while-waiting", coordination, telemetry });

export const handler = behindApiGateway(
  createExport({
    configuration: { workspaces: env.WORKSPACE_SECRETS, schedules: readSchedules() },
    exports: {
      ...exportRecords(bucket),
      ...exportFiles(bucket),
      ...publishedFiles(bucket, env.MAX_FILE_BYTES),
      ...downloadLinks(bucket, { seconds: env.DOWNLOAD_URL_TTL_SECONDS, clock }),
    },
    toggl: togglReports(client, env.MAX_FILE_BYTES),
    current: currentFiles(bucket),
    coordination,
    queue: exportQueue(env.EXPORT_QUEUE_URL, env.WORKSPACE_SECRETS),
    clock,
  }),
  telemetry,
);
