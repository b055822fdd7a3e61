import { GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import type { ExportFile } from "../../../api/export.ts";
import { contentTypes } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Exports } from "../../core/ports/exports.ts";
import { writeScratchFile } from "../disk/scratch-file.ts";
import { readReport } from "../toggl/report-download.ts";
import { askedAtName, sourceHashName } from "./export-files.ts";
import { type Bucket, isS3Error, withS3 } from "./s3-client.ts";

/** Files that an ended attempt left in the bucket, downloaded and checked as they were the first time. */
export function publishedFiles(store: Bucket, maxBytes: number): Pick<Exports, "findPublished"> {
  return {
    findPublished: (key, { format }, deadline) =>
      withS3("The file could not be looked up", async () => {
        const object = await openObject(store, key, deadline);
        if (!object) return undefined;
        const { pieces, source_sha256, asked_at } = object;
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
        return { ...report, file, asked_at, toggl: { requests: 0 } };
      }),
  };
}

/** Files of earlier exports, to compare with; one that is damaged on the way is refused. */
export function earlierFiles(store: Bucket): Pick<Exports, "download" | "isThere"> {
  return {
    download: (file, deadline) =>
      withS3("The earlier file could not be read", async () => {
        const object = await openObject(store, file.key, deadline);
        if (!object) throw new Failure("storage_unavailable", `The earlier file ${file.key} is gone.`);
        const fetched = await writeScratchFile(object.pieces, { maxBytes: file.bytes, inspect: () => {} });
        if (fetched.sha256 === file.sha256) return fetched;
        await fetched.discard();
        throw new Failure("storage_unavailable", `The earlier file ${file.key} is not what its record says.`);
      }),
    isThere: ({ key }, { signal }) =>
      withS3("The earlier file could not be looked up", async () => {
        try {
          await store.s3.send(new HeadObjectCommand({ Bucket: store.bucket, Key: key }), { abortSignal: signal });
          return true;
        } catch (error) {
          if (isS3Error(error, "NotFound", "NoSuchKey")) return false; // an answer to HEAD has no body to say which
          throw error;
        }
      }),
  };
}

/** An object of the bucket as it comes; undefined if it is not there. */
async function openObject({ s3, bucket }: Bucket, key: string, { signal }: Deadline) {
  try {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key });
    const { Body, LastModified, Metadata } = await s3.send(command, { abortSignal: signal });
    return {
      pieces: Body as unknown as AsyncIterable<Buffer>,
      source_sha256: Metadata?.[sourceHashName],
      asked_at: Metadata?.[askedAtName] ?? (LastModified ?? new Date()).toISOString(),
    };
  } catch (error) {
    if (isS3Error(error, "NoSuchKey")) return undefined;
    throw error;
  }
}
