import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import type { Export } from "../core/export.ts";
import { idOf, recordKey, recordPrefix } from "../core/keys.ts";
import { createJson, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** @throws Failure `storage_unavailable` */
export async function writeRecord(where: Bucket, made: Export, deadline: Deadline): Promise<void> {
  const key = recordKey(made.workspace_id, made.id);
  await withS3("The export could not be recorded", () => writeJson(where, key, made, deadline));
}

/**
 * Writes a record where there is none: an export that is under way must not be called queued again.
 * @throws Failure `storage_unavailable`
 */
export async function createRecord(where: Bucket, made: Export, deadline: Deadline): Promise<void> {
  await withS3("The export could not be recorded", () =>
    createJson(where, recordKey(made.workspace_id, made.id), made, deadline),
  );
}

/**
 * The export with this id, if the workspace has it.
 * @throws Failure `storage_unavailable`
 */
export function findRecord(where: Bucket, workspaceId: number, id: string, deadline: Deadline) {
  return withS3("The export could not be looked up", () => readRecord(where, recordKey(workspaceId, id), deadline));
}

export interface RecordPage {
  readonly exports: readonly Export[];
  /** The id that the page ended with, if older exports follow. */
  readonly next?: string;
}

/**
 * A workspace's exports, newest first: one listing and one read for each.
 * @param after the id behind which the page begins
 * @throws Failure `storage_unavailable`
 */
export function listRecords(
  where: Bucket,
  { workspaceId, after, limit }: { workspaceId: number; after?: string | undefined; limit: number },
  deadline: Deadline,
): Promise<RecordPage> {
  const command = new ListObjectsV2Command({
    Bucket: where.bucket,
    Prefix: recordPrefix(workspaceId),
    StartAfter: after && recordKey(workspaceId, after),
    MaxKeys: limit,
  });
  return withS3("The history could not be read", async () => {
    const { Contents = [], IsTruncated = false } = await where.s3.send(command, { abortSignal: deadline.signal });
    const records = await Promise.all(Contents.map(({ Key = "" }) => readRecord(where, Key, deadline)));
    const exports = records.filter((record) => record !== undefined);
    const last = Contents.at(-1)?.Key;
    return IsTruncated && last ? { exports, next: idOf(last) } : { exports };
  });
}

/** A record that is there but cannot be read is told of in the log; one of them must not hide all others. */
async function readRecord(where: Bucket, key: string, deadline: Deadline): Promise<Export | undefined> {
  try {
    return await readJson(where, key, deadline);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    console.error(JSON.stringify({ level: "ERROR", message: "A record is damaged and was left out", key }));
    return undefined;
  }
}
