import { readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { clock } from "../adapters/clock.ts";
import { runOrders } from "../adapters/s3/coordination.ts";
import { currentFiles } from "../adapters/s3/current-files.ts";
import { exportHistory } from "../adapters/s3/export-records.ts";
import { watchNotes } from "../adapters/s3/notes.ts";
import { s3Bucket } from "../adapters/s3/s3-client.ts";
import { watchSchedules } from "./handler.ts";

const env = readEnvironment("watch-schedules");
const bucket = s3Bucket(env.EXPORTS_BUCKET);

export const handler = watchSchedules({
  configuration: { schedules: readSchedules() },
  exports: exportHistory(bucket),
  current: currentFiles(bucket),
  coordination: { orders: runOrders(bucket), watches: watchNotes(bucket) },
  clock,
  telemetry: powertools(env.SERVICE_NAME),
});
