import { createReadStream } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import type { DownloadLink, ExportFile } from "../../../api/export.ts";
import type { Deadline } from "../../core/deadline.ts";
import { downloadName } from "../../core/exports/download-name.ts";
import type { Exports, LinkedFile, NewFile } from "../../core/ports/exports.ts";
import type { Clock } from "../../core/ports/ports.ts";
import { expiring } from "./retention.ts";
import { type Bucket, isS3Error, withS3 } from "./s3-client.ts";

/** Name of the object's metadata that holds the hash of Toggl's own bytes. */
export const sourceHashName = "source-sha256";

/** Name of the object's metadata that says when Toggl was asked for it. */
export const askedAtName = "asked-at";

const maxAttempts = 3;

/** Bytes that are read from the disk at once, at most: large enough to be fast, small enough that memory stays flat. */
const maxReadBytes = 512 * 1024;

/** What no further attempt can change. */
const final = ["AccessDenied", "NoSuchBucket"];

/** Where the files of exports are published. */
export function exportFiles(store: Bucket): Pick<Exports, "publish"> {
  return { publish: (path, file, deadline) => publishFile(store, path, file, deadline) };
}

/**
 * Puts a whole file under its key, once. The key is made of the export's own id, so finding it taken after an attempt
 * whose answer got lost means that this attempt had worked. Finding it taken at once means that it is another file.
 * @throws Failure `storage_unavailable`; then nothing is visible
 */
async function publishFile(
  { s3, bucket }: Bucket,
  path: string,
  { asked_at, expires, ...file }: NewFile,
  { signal }: Deadline,
): Promise<ExportFile> {
  const highWaterMark = Math.min(maxReadBytes, file.bytes); // a larger buffer for a small file would be all garbage
  const put = () =>
    new PutObjectCommand({
      Bucket: bucket,
      Key: file.key,
      Body: createReadStream(path, { highWaterMark }), // a stream is spent after one attempt, so each opens its own
      ContentLength: file.bytes,
      ContentType: file.content_type,
      ChecksumSHA256: Buffer.from(file.sha256, "hex").toString("base64"),
      IfNoneMatch: "*",
      // So that a file whose record was never written can be taken over whole.
      Metadata: { [askedAtName]: asked_at, ...(file.source_sha256 && { [sourceHashName]: file.source_sha256 }) },
      ...(expires && { Tagging: expiring }),
    });
  await withS3("The file could not be stored", async () => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await s3.send(put(), { abortSignal: signal });
      } catch (error) {
        const isTaken = isS3Error(error, "PreconditionFailed");
        if (isTaken && attempt > 1) return;
        if (isTaken || attempt === maxAttempts || signal.aborted || isS3Error(error, ...final)) throw error;
        await sleep(Math.random() * 200 * 2 ** attempt, undefined, { signal });
      }
    }
  });
  return { bucket, ...file };
}

/**
 * Presigned links to the files of exports.
 * @param seconds how long each works
 */
export function downloadLinks(
  { s3, bucket }: Bucket,
  { seconds, clock }: { seconds: number; clock: Pick<Clock, "now"> },
): Pick<Exports, "link" | "linkToFile"> {
  async function linkToFile({ key, name, method }: LinkedFile): Promise<DownloadLink> {
    const signingDate = new Date(Math.floor(clock.now() / 1000) * 1000); // the signature holds whole seconds
    const input = { Bucket: bucket, Key: key, ResponseContentDisposition: `attachment; filename="${name}"` };
    const command = method === "HEAD" ? new HeadObjectCommand(input) : new GetObjectCommand(input);
    const expiresAt = new Date(signingDate.getTime() + seconds * 1000);
    return {
      download_url: await getSignedUrl(s3, command, { expiresIn: seconds, signingDate }),
      download_url_expires_at: expiresAt.toISOString().replace(".000Z", "Z"),
    };
  }
  return {
    linkToFile,
    link: (record) => linkToFile({ key: record.file.key, name: downloadName(record), method: "GET" }),
  };
}
