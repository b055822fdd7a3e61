import { readEnvironment, readSchedules } from "../adapters/aws/environment.ts";
import { eventBus } from "../adapters/aws/event-bus.ts";
import { workQueue } from "../adapters/aws/export-queue.ts";
import { powertools } from "../adapters/aws/powertools.ts";
import { clock } from "../adapters/clock.ts";
import { compareFiles } from "../adapters/disk/compare-files.ts";
import { clearScratchDisk } from "../adapters/disk/scratch-file.ts";
import { completedRuns, exportLeases, quotaNotes, runOrders } from "../adapters/s3/coordination.ts";
import { currentFiles } from "../adapters/s3/current-files.ts";
import { exportFiles } from "../adapters/s3/export-files.ts";
import { exportHistory, exportRecords } from "../adapters/s3/export-records.ts";
import { projectNames, warningClaims } from "../adapters/s3/notes.ts";
import { earlierFiles, publishedFiles } from "../adapters/s3/published-files.ts";
import { s3Bucket } from "../adapters/s3/s3-client.ts";
import { connectToggl } from "../adapters/toggl/connect-toggl.ts";
import { pacedFetch } from "../adapters/toggl/paced-fetch.ts";
import { rawFetch } from "../adapters/toggl/raw-fetch.ts";
import { reportFiles } from "../adapters/toggl/report-files.ts";
import { runExports } from "./handler.ts";

const env = readEnvironment("run-export");
const telemetry = powertools(env.SERVICE_NAME);
clearScratchDisk();

const bucket = s3Bucket(env.EXPORTS_BUCKET);
const coordination = {
  completed: completedRuns(bucket),
  orders: runOrders(bucket),
  leases: exportLeases(bucket),
  quota: quotaNotes(bucket, env.WORKSPACE_SECRETS),
  warnings: warningClaims(bucket),
};
const { fetch, rest } = pacedFetch(rawFetch, clock);
// The queue asks again for what fails; a function that waits costs money.
const client = connectToggl(env, { fetch, retry: "never", coordination, telemetry });

const earlier = earlierFiles(bucket);
const { report, convert } = reportFiles(client, {
  maxBytes: env.MAX_FILE_BYTES,
  projectNames: projectNames(bucket),
  download: earlier.download,
});

export const handler = runExports({
  configuration: { workspaces: env.WORKSPACE_SECRETS, schedules: readSchedules() },
  exports: {
    ...exportHistory(bucket),
    ...exportRecords(bucket),
    ...exportFiles(bucket),
    ...publishedFiles(bucket, env.MAX_FILE_BYTES),
    ...earlier,
    convert,
    compare: compareFiles,
  },
  toggl: { report, rest },
  current: currentFiles(bucket),
  coordination,
  queue: workQueue(env.EXPORT_QUEUE_URL, env.DEAD_LETTER_QUEUE_URL),
  events: eventBus({ apiUrl: env.API_URL, stackName: env.SERVICE_NAME }),
  clock,
  telemetry,
});
