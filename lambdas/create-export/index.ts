import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { queueService, sendMessage } from "../adapters/aws/export-queue.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { secretReader } from "../adapters/aws/secret-reader.ts";
import { clearScratchDisk } from "../adapters/disk/scratch-file.ts";
import { claimWarning, idempotencyClaims, quotaNotes } from "../adapters/s3/coordination.ts";
import { downloadLink, publishFile } from "../adapters/s3/export-files.ts";
import { createRecord, findRecord, writeRecord } from "../adapters/s3/export-records.ts";
import { findPublished } from "../adapters/s3/published-files.ts";
import { s3Client } from "../adapters/s3/s3-client.ts";
import { rawFetch } from "../adapters/toggl/raw-fetch.ts";
import { reportDownload } from "../adapters/toggl/report-download.ts";
import { togglClient } from "../adapters/toggl/toggl-client.ts";
import { tokenSource } from "../adapters/toggl/token-source.ts";
import { behindApiGateway } from "../http/behind-api-gateway.ts";
import { createExport } from "./handler.ts";

const env = readEnvironment("create-export");
const telemetry = powertools(env.SERVICE_NAME);
clearScratchDisk();

const tokens = tokenSource({ readSecret: secretReader(), secrets: env.WORKSPACE_SECRETS, now: Date.now });
tokens.prefetch();
const bucket = { s3: s3Client(), bucket: env.EXPORTS_BUCKET };
const toggl = togglClient({
  baseUrl: env.TOGGL_BASE_URL,
  tokens,
  fetch: rawFetch,
  now: Date.now,
  random: Math.random,
  sleep,
  retry: "while-waiting",
  telemetry,
  claimWarning: claimWarning(bucket),
});
const queue = { sqs: queueService(), queueUrl: env.EXPORT_QUEUE_URL };

export const handler = behindApiGateway(
  createExport({
    workspaces: env.WORKSPACE_SECRETS,
    schedules: readSchedules(),
    enqueue: (workspaceId, message, id, deadline) => {
      const group = env.WORKSPACE_SECRETS.get(workspaceId) ?? String(workspaceId);
      return sendMessage(queue, { body: JSON.stringify(message), group, id }, deadline);
    },
    createRecord: (record, deadline) => createRecord(bucket, record, deadline),
    downloadReport: reportDownload({ toggl, maxBytes: env.MAX_FILE_BYTES }),
    findPublished: findPublished(bucket, env.MAX_FILE_BYTES),
    publish: (path, file, deadline) => publishFile(bucket, path, file, deadline),
    writeRecord: (record, deadline) => writeRecord(bucket, record, deadline),
    quota: quotaNotes({ store: bucket, secrets: env.WORKSPACE_SECRETS }),
    claims: idempotencyClaims(bucket),
    findExport: (workspaceId, id, deadline) => findRecord(bucket, workspaceId, id, deadline),
    linkTo: (record) => downloadLink(bucket, record, { now: Date.now(), seconds: env.DOWNLOAD_URL_TTL_SECONDS }),
    now: Date.now,
    sleep,
  }),
  telemetry,
);
