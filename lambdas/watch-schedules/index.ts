import { readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { findRecord, listRecords } from "../adapters/s3/export-records.ts";
import { watchNotes } from "../adapters/s3/notes.ts";
import { s3Client } from "../adapters/s3/s3-client.ts";
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
