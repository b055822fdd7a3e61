import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand, PutObjectTaggingCommand } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import type { AcceptedColumns } from "../../../api/manifest.ts";
import type { Deadline } from "../../core/deadline.ts";
import { acceptedColumnsKey } from "../../core/exports/keys.ts";
import type { Current, ReadManifest } from "../../core/ports/current.ts";
import { currentPrefix, manifestKey, parseManifest } from "../../core/schedules/manifest.ts";
import { hasOwnS3Endpoint } from "../aws/environment.ts";
import { listKeys, readJson, readText, writeJson } from "./json-objects.ts";
import { retentionTag } from "./retention.ts";
import { type Bucket, isS3Error, withS3 } from "./s3-client.ts";

/** Copies, deletes and tags at once, at most: a schedule may have hundreds of files. */
const inTurn = pLimit(16);

/** `current/` in the bucket. S3's conditional write decides whose manifest it is. */
export function currentFiles(store: Bucket): Current {
  const { s3, bucket: Bucket } = store;
  return {
    read: (schedule, deadline) =>
      withS3("The manifest could not be read", () => readManifest(store, schedule, deadline)),
    get: (schedule, deadline) =>
      withS3("The manifest could not be read", async () => {
        const read = await readText(store, manifestKey(schedule), deadline);
        return read && parseManifest(read.text, schedule);
      }),
    write: (manifest, version, { signal }) =>
      withS3("The manifest could not be written", async () => {
        const command = new PutObjectCommand({
          Bucket,
          Key: manifestKey(manifest.schedule),
          Body: `${JSON.stringify(manifest)}\n`,
          ContentType: "application/json",
          ...(version === undefined ? { IfNoneMatch: "*" } : { IfMatch: asServerWants(version) }),
        });
        try {
          await s3.send(command, { abortSignal: signal });
          return true;
        } catch (error) {
          // With If-Match, S3 says NoSuchKey of an object that was deleted meanwhile.
          if (isS3Error(error, "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey")) return false;
          throw error;
        }
      }),
    copy: ({ source_key, key }, { signal }) =>
      withS3("The current file could not be put in its place", () => {
        const CopySource = `${Bucket}/${source_key.split("/").map(encodeURIComponent).join("/")}`;
        // Tags would need rights of their own, and what is current never expires.
        const command = new CopyObjectCommand({ Bucket, Key: key, CopySource, TaggingDirective: "REPLACE" });
        return inTurn(() => isThere(() => s3.send(command, { abortSignal: signal })));
      }),
    list: (schedule, deadline) =>
      withS3("The current files could not be listed", async () => {
        const keys = await listKeys(store, currentPrefix(schedule), deadline);
        return keys.filter((key) => key !== manifestKey(schedule));
      }),
    remove: (keys, { signal }) =>
      withS3("What is current no more could not be deleted", async () => {
        const remove = (Key: string) => s3.send(new DeleteObjectCommand({ Bucket, Key }), { abortSignal: signal });
        await Promise.all(keys.map((key) => inTurn(remove, key)));
      }),
    mark: (keys, retention, { signal }) =>
      withS3("What is current no more could not be marked", async () => {
        const Tagging = { TagSet: [{ Key: retentionTag, Value: retention }] };
        const tag = (Key: string) =>
          s3.send(new PutObjectTaggingCommand({ Bucket, Key, Tagging }), { abortSignal: signal });
        await Promise.all(keys.map((key) => inTurn(() => isThere(() => tag(key)))));
      }),
    accepted: (schedule, deadline) =>
      withS3("The accepted columns could not be read", async () => {
        return (await readJson<Accepted>(store, acceptedColumnsKey(schedule), deadline, areColumns))?.accepted ?? [];
      }),
    accept: (schedule, accepted, deadline) =>
      withS3("The columns could not be accepted", () =>
        writeJson(store, acceptedColumnsKey(schedule), { accepted } satisfies Accepted, deadline),
      ),
  };
}

/** Ceph's gateway takes an ETag in quotes there for another one; AWS gives it in quotes. */
function asServerWants(version: string): string {
  return hasOwnS3Endpoint() ? version.replaceAll('"', "") : version;
}

interface Accepted {
  readonly accepted: readonly AcceptedColumns[];
}

const areColumns = {
  what: "What columns were accepted",
  fits: ({ accepted }: Partial<Accepted>) =>
    Array.isArray(accepted) && accepted.every(({ columns }: Partial<AcceptedColumns>) => Array.isArray(columns)),
};

/** A damaged manifest counts as none and is written over: what it should say follows from the records. */
async function readManifest(store: Bucket, schedule: string, deadline: Deadline): Promise<ReadManifest> {
  const read = await readText(store, manifestKey(schedule), deadline);
  if (read === undefined) return { manifest: undefined, version: undefined };
  const { text, version } = read;
  try {
    return { manifest: parseManifest(text, schedule), version };
  } catch (error) {
    const message = "A manifest is damaged; npx toggl-insights rebuild makes it again";
    const reason = error instanceof Error ? error.message : String(error);
    console.error(JSON.stringify({ level: "ERROR", message, reason, key: manifestKey(schedule) }));
    return { manifest: undefined, version };
  }
}

/** Does something to an object; false if it is gone. */
async function isThere(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (isS3Error(error, "NoSuchKey")) return false;
    throw error;
  }
}
