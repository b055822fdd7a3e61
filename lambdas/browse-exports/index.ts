import { readDescription, readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { downloadLink } from "../adapters/s3/export-files.ts";
import { findRecord, getRecord, listRecords } from "../adapters/s3/export-records.ts";
import { s3Client } from "../adapters/s3/s3-client.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { browseExports, readsQuery } from "./handler.ts";

const env = readEnvironment("browse-exports");
const telemetry = powertools(env.SERVICE_NAME);

const bucket = { s3: s3Client(), bucket: env.EXPORTS_BUCKET };

export const handler = behindApiGateway(
  browseExports({
    workspaces: env.WORKSPACE_IDS,
    schedules: readSchedules(),
    description: readDescription,
    now: Date.now,
    findExport: (workspaceId, id, deadline) => findRecord(bucket, workspaceId, id, deadline),
    getExport: (workspaceId, id, deadline) => getRecord(bucket, workspaceId, id, deadline),
    listPage: (page, deadline) => listRecords(bucket, page, deadline),
    linkTo: (record) => downloadLink(bucket, record, { now: Date.now(), seconds: env.DOWNLOAD_URL_TTL_SECONDS }),
  }),
  telemetry,
  readsQuery,
);
