import { setTimeout as sleep } from "node:timers/promises";
import { readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { announceExport, eventBus } from "../adapters/aws/event-bus.ts";
import { changeVisibility, queueEvent, queueService, runOrders, sendMessage } from "../adapters/aws/export-queue.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { secretReader } from "../adapters/aws/secret-reader.ts";
import { compareFiles } from "../adapters/disk/compare-files.ts";
import { clearScratchDisk } from "../adapters/disk/scratch-file.ts";
import { claimWarning, exportLeases, quotaNotes } from "../adapters/s3/coordination.ts";
import { publishFile } from "../adapters/s3/export-files.ts";
import { findRecord, writeRecord } from "../adapters/s3/export-records.ts";
import { fetchFile, findEarlier, findPublished } from "../adapters/s3/published-files.ts";
import { s3Client } from "../adapters/s3/s3-client.ts";
import { pacedFetch } from "../adapters/toggl/paced-fetch.ts";
import { rawFetch } from "../adapters/toggl/raw-fetch.ts";
import { reportDownload } from "../adapters/toggl/report-download.ts";
import { togglClient } from "../adapters/toggl/toggl-client.ts";
import { tokenSource } from "../adapters/toggl/token-source.ts";
import { runExports } from "./handler.ts";

const env = readEnvironment("run-export");
const telemetry = powertools(env.SERVICE_NAME);
clearScratchDisk();

const now = Date.now;
const { fetch, rest } = pacedFetch({ fetch: rawFetch, monotonicNow: () => performance.now(), sleep });
const tokens = tokenSource({ readSecret: secretReader(), secrets: env.WORKSPACE_SECRETS, now });
tokens.prefetch();
const bucket = { s3: s3Client(), bucket: env.EXPORTS_BUCKET };
// The queue asks again for what fails; a function that waits costs money.
const toggl = togglClient({
  baseUrl: env.TOGGL_BASE_URL,
  tokens,
  fetch,
  now,
  random: Math.random,
  sleep,
  retry: "never",
  telemetry,
  claimWarning: claimWarning(bucket),
});
const sqs = queueService();
const events = eventBus();
const deployed = { apiUrl: env.API_URL, stackName: env.SERVICE_NAME };

export const handler = runExports({
  schedules: readSchedules(),
  orders: runOrders(bucket),
  workspaces: env.WORKSPACE_SECRETS,
  downloadReport: reportDownload({ toggl, maxBytes: env.MAX_FILE_BYTES }),
  publish: (path, file, deadline) => publishFile(bucket, path, file, deadline),
  findPublished: findPublished(bucket, env.MAX_FILE_BYTES),
  findEarlier: findEarlier(bucket),
  fetchFile: fetchFile(bucket),
  compareFiles,
  quota: quotaNotes({ store: bucket, secrets: env.WORKSPACE_SECRETS }),
  leases: exportLeases(bucket),
  findExport: (workspaceId, id, deadline) => findRecord(bucket, workspaceId, id, deadline),
  writeRecord: (record, deadline) => writeRecord(bucket, record, deadline),
  announce: (record, deadline) => announceExport(events, record, deployed, deadline),
  queueEvent: (record, deadline) => queueEvent({ sqs, queueUrl: env.EXPORT_QUEUE_URL }, record, deadline),
  changeVisibility: (handle, seconds, deadline) =>
    changeVisibility({ sqs, queueUrl: env.EXPORT_QUEUE_URL }, handle, seconds, deadline),
  sendToDeadLetterQueue: (message, deadline) =>
    sendMessage({ sqs, queueUrl: env.DEAD_LETTER_QUEUE_URL }, message, deadline),
  rest,
  telemetry,
  now,
  random: Math.random,
});
