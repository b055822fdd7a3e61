import { setTimeout as sleep } from "node:timers/promises";
import { readSchedules } from "../adapters/bundled-files.ts";
import { compareFiles } from "../adapters/compare-files.ts";
import { readEnvironment } from "../adapters/environment.ts";
import { announceExport, eventBus } from "../adapters/event-bus.ts";
import { publishFile } from "../adapters/export-files.ts";
import { exportLeases } from "../adapters/export-leases.ts";
import { hideMessage, queueEvent, queueService, sendMessage } from "../adapters/export-queue.ts";
import { findRecord, writeRecord } from "../adapters/export-records.ts";
import { pacedFetch } from "../adapters/paced-fetch.ts";
import { powertools } from "../adapters/powertools.ts";
import { fetchFile, findEarlier, findPublished } from "../adapters/published-files.ts";
import { quotaNotes } from "../adapters/quota-notes.ts";
import { rawFetch } from "../adapters/raw-fetch.ts";
import { reportDownload } from "../adapters/report-download.ts";
import { runOrders } from "../adapters/run-orders.ts";
import { s3Client } from "../adapters/s3-client.ts";
import { clearScratchDisk } from "../adapters/scratch-file.ts";
import { secretReader } from "../adapters/secret-reader.ts";
import { togglClient } from "../adapters/toggl-client.ts";
import { tokenSource } from "../adapters/token-source.ts";
import { claimWarning } from "../adapters/warning-claims.ts";
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
  quota: quotaNotes({ where: bucket, secrets: env.WORKSPACE_SECRETS }),
  leases: exportLeases(bucket),
  findExport: (workspaceId, id, deadline) => findRecord(bucket, workspaceId, id, deadline),
  writeRecord: (made, deadline) => writeRecord(bucket, made, deadline),
  announce: (made, deadline) => announceExport(events, made, deployed, deadline),
  queueEvent: (made, deadline) => queueEvent({ sqs, queueUrl: env.EXPORT_QUEUE_URL }, made, deadline),
  hideMessage: (handle, seconds, deadline) =>
    hideMessage({ sqs, queueUrl: env.EXPORT_QUEUE_URL }, handle, seconds, deadline),
  setAside: (message, deadline) => sendMessage({ sqs, queueUrl: env.DEAD_LETTER_QUEUE_URL }, message, deadline),
  rest,
  telemetry,
  now,
  random: Math.random,
});
