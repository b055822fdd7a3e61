import { readSchedules } from "../adapters/bundled-files.ts";
import { readEnvironment } from "../adapters/environment.ts";
import { findRecord, listRecords } from "../adapters/export-records.ts";
import { powertools } from "../adapters/powertools.ts";
import { s3Client } from "../adapters/s3-client.ts";
import { watchNotes } from "../adapters/watch-notes.ts";
import { watchSchedules } from "./handler.ts";

const env = readEnvironment("watch-schedules");

const bucket = { s3: s3Client(), bucket: env.EXPORTS_BUCKET };

export const handler = watchSchedules({
  schedules: readSchedules(),
  findExport: (workspaceId, id, deadline) => findRecord(bucket, workspaceId, id, deadline),
  listPage: (page, deadline) => listRecords(bucket, page, deadline),
  notes: watchNotes(bucket),
  telemetry: powertools(env.SERVICE_NAME),
  now: Date.now,
});
