import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { ExportFile, SucceededExport } from "../../../api/export.ts";
import { contentTypes } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { isPublished } from "../../core/exports/export.ts";
import { isExportId } from "../../core/exports/export-id.ts";
import { fileIdOf, filePrefix } from "../../core/exports/keys.ts";
import { Failure } from "../../core/failure.ts";
import type { Exports } from "../../core/ports/exports.ts";
import { type ExportJob, isIdOfSchedule } from "../../core/schedules/schedule.ts";
import { writeScratchFile } from "../disk/scratch-file.ts";
import { readReport } from "../toggl/report-download.ts";
import { sourceHashName } from "./export-files.ts";
import { exportRecords } from "./export-records.ts";
import { listKeys } from "./json-objects.ts";
import { type Bucket, isS3Error, withS3 } from "./s3-client.ts";

/** How many earlier exports of the same days are read to find the one to compare with. */
const maxLookedAt = 50;

/** Files that an ended attempt left in the bucket, downloaded and checked as they were the first time. */
export function publishedFiles(store: Bucket, maxBytes: number): Pick<Exports, "findPublished"> {
  return {
    findPublished: (key, { format }, deadline) =>
      withS3("The file could not be looked up", async () => {
        const object = await openObject(store, key, deadline);
        if (!object) return undefined;
        const { pieces, source_sha256 } = object;
        const body = { [Symbol.asyncIterator]: () => pieces[Symbol.asyncIterator](), isProvenWhole: () => true };
        const report = await readReport[format](body, { maxBytes: 2 * maxBytes, deadline }); // apostrophes make it longer
        const { bytes, sha256, rows, columns } = report;
        const file: ExportFile = {
          bucket: store.bucket,
          key,
          bytes,
          ...(rows !== undefined && { rows }),
          ...(columns && { columns }),
          sha256,
          ...(source_sha256 && { source_sha256 }),
          content_type: contentTypes[format],
        };
        return { ...report, file, toggl: { requests: 0 } };
      }),
  };
}

/** Files of earlier exports, to compare with; one that is damaged on the way is refused. */
export function earlierFiles(store: Bucket): Pick<Exports, "findEarlier" | "download"> {
  const { find } = exportRecords(store);
  return {
    findEarlier: (job, deadline) =>
      withS3("The earlier export could not be looked up", async () => {
        const keys = await listKeys(store, filePrefix(job), deadline);
        const earlier = keys.map(fileIdOf).filter((id) => isExportId(id) && id < job.id);
        for (const id of ownFirst(earlier.reverse(), job).slice(0, maxLookedAt)) {
          const record = await find(job.workspace_id, id, deadline);
          if (record && isPublished(record) && isSameExport(job, record)) return record;
        }
        return undefined;
      }),
    download: (file, deadline) =>
      withS3("The earlier file could not be read", async () => {
        const object = await openObject(store, file.key, deadline);
        if (!object) throw new Failure("storage_unavailable", `The earlier file ${file.key} is gone.`);
        const fetched = await writeScratchFile(object.pieces, { maxBytes: file.bytes, inspect: () => {} });
        if (fetched.sha256 === file.sha256) return fetched;
        await fetched.discard();
        throw new Failure("storage_unavailable", `The earlier file ${file.key} is not what its record says.`);
      }),
  };
}

/** However many callers export the same days, they do not crowd out what the schedule made. */
function ownFirst(ids: readonly string[], job: ExportJob): string[] {
  const own = ids.filter((id) => isIdOfSchedule(id, job));
  return [...own, ...ids.filter((id) => !own.includes(id))];
}

function isSameExport(job: ExportJob, { schedule, parameters }: SucceededExport): boolean {
  return schedule === job.schedule && JSON.stringify(parameters) === JSON.stringify(job.parameters);
}

/** An object of the bucket as it comes; undefined if it is not there. */
async function openObject({ s3, bucket }: Bucket, key: string, { signal }: Deadline) {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body, Metadata } = await s3.send(command, { abortSignal: signal });
    return { pieces: Body as unknown as AsyncIterable<Buffer>, source_sha256: Metadata?.[sourceHashName] };
  } catch (error) {
    if (isS3Error(error, "NoSuchKey")) return undefined;
    throw error;
  }
}
