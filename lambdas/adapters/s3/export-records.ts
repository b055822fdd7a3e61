import { type _Object, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { Export } from "../../../api/export.ts";
import type { Deadline } from "../../core/deadline.ts";
import { isExport } from "../../core/exports/export.ts";
import { isExportId } from "../../core/exports/export-id.ts";
import { idOf, recordKey, recordPrefix } from "../../core/exports/keys.ts";
import { Failure } from "../../core/failure.ts";
import type { Exports, HistoryPage, HistoryPart } from "../../core/ports/exports.ts";
import { shortened } from "../../core/text.ts";
import { createJson, readText, type TextRead, writeJson } from "./json-objects.ts";
import { expiring } from "./retention.ts";
import { type Bucket, withS3 } from "./s3-client.ts";

/** The records of exports, as who makes exports has them. */
export function exportRecords(store: Bucket): Pick<Exports, "find" | "create" | "write"> {
  const recorded = <T>(write: () => Promise<T>) => withS3("The export could not be recorded", write);
  return {
    find: (workspaceId, id, deadline) => findRecord(store, workspaceId, id, deadline),
    /** An export that is under way must not be called queued again. */
    async create(record, deadline) {
      await recorded(() => createJson(store, keyOf(record), record, deadline, taggingOf(record)));
    },
    write: (record, deadline) => recorded(() => writeJson(store, keyOf(record), record, deadline, taggingOf(record))),
  };
}

/** The records of exports, as who only reads them has them. */
export function exportHistory(store: Bucket): Pick<Exports, "find" | "get" | "page"> {
  const kept: KeptTexts = new Map();
  return {
    find: (workspaceId, id, deadline) => findRecord(store, workspaceId, id, deadline),
    async get(workspaceId, id, deadline) {
      const record = await lookUp(store, workspaceId, id, deadline);
      if (record !== damaged) return record;
      const key = recordKey(workspaceId, id);
      throw new Failure("record_damaged", `What is kept of export ${id} is damaged (${key} in the bucket).`);
    },
    page: (part, deadline) => listRecords(store, part, deadline, kept),
  };
}

async function findRecord(store: Bucket, workspaceId: number, id: string, deadline: Deadline) {
  const record = await lookUp(store, workspaceId, id, deadline);
  return record === damaged ? undefined : record;
}

/** A record that is damaged is named in the log. */
async function lookUp(store: Bucket, workspaceId: number, id: string, deadline: Deadline) {
  const key = recordKey(workspaceId, id);
  const record = await withS3("The export could not be looked up", () => readRecord(store, key, deadline));
  if (record === damaged) logLeftOut(key, "is damaged");
  return record;
}

function keyOf({ workspace_id, id }: Export): string {
  return recordKey(workspace_id, id);
}

/** Texts of records that pages have read, by key, the longest ago first: a listing says which are still the same. */
type KeptTexts = Map<string, TextRead>;

/** 20 pages of 100. */
const maxKept = 2000;

/** Ten times what most records have; 2,000 of them are 40 MB of memory. */
const maxKeptCharacters = 10_000;

/**
 * A workspace's exports, newest first: one listing, and one read for each record that is new or was written since. One
 * that cannot be read must not hide all others: the page names it, and the log says why.
 * @throws Failure `storage_unavailable` if the listing fails, or every read and nothing of the page was read before
 */
function listRecords(
  store: Bucket,
  { workspaceId, after, limit }: HistoryPart,
  deadline: Deadline,
  kept: KeptTexts,
): Promise<HistoryPage> {
  const command = new ListObjectsV2Command({
    Bucket: store.bucket,
    Prefix: recordPrefix(workspaceId),
    StartAfter: after && recordKey(workspaceId, after),
    MaxKeys: limit, // one listing: the cursor asks for the next
  });
  return withS3("The history could not be read", async () => {
    const { Contents = [], IsTruncated = false } = await store.s3.send(command, { abortSignal: deadline.signal });
    const keys = Contents.map(({ Key = "" }) => Key);
    const reads = await Promise.allSettled(Contents.map((listed) => readListed(store, listed, deadline, kept)));
    for (const oldest of [...kept.keys()].slice(0, -maxKept)) kept.delete(oldest);
    const failed = reads.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected" && (deadline.signal.aborted || !reads.some(isRead))) throw failed.reason;

    const exports: Export[] = [];
    const unreadable: string[] = [];
    for (const [index, key] of keys.entries()) {
      const read = reads[index];
      const record = read?.status === "fulfilled" ? read.value : damaged;
      if (record === undefined) logLeftOut(key, "is gone");
      else if (record !== damaged) exports.push(record);
      else {
        if (isExportId(idOf(key))) unreadable.push(idOf(key)); // anything else is no export's
        logLeftOut(
          key,
          read?.status === "rejected" ? "cannot be read" : "is damaged",
          read?.status === "rejected" ? read.reason : undefined,
        );
      }
    }
    const last = keys.findLast((key) => isExportId(idOf(key)));
    return { exports, unreadable, ...(IsTruncated && last && { next: idOf(last) }) };
  });
}

function isRead({ status }: PromiseSettledResult<unknown>): boolean {
  return status === "fulfilled";
}

/** Only what a schedule made can be named by a manifest. */
function taggingOf({ schedule, status }: Export): string | undefined {
  return schedule === undefined || status === "failed" ? expiring : undefined;
}

/** A record that is there but is not what this product writes. */
const damaged = Symbol("damaged");

type RecordRead = Export | undefined | typeof damaged;

async function readRecord(store: Bucket, key: string, deadline: Deadline): Promise<RecordRead> {
  return recordIn(await readText(store, key, deadline), key);
}

/** Reads it only if it is new or was written since. */
async function readListed(
  store: Bucket,
  { Key = "", ETag }: _Object,
  deadline: Deadline,
  kept: KeptTexts,
): Promise<RecordRead> {
  const known = kept.get(Key);
  if (known && ETag !== undefined && known.version === ETag) return recordIn(known, Key);
  const read = await readText(store, Key, deadline);
  kept.delete(Key);
  if (read && read.text.length <= maxKeptCharacters) kept.set(Key, read);
  return recordIn(read, Key);
}

function recordIn(read: TextRead | undefined, key: string): RecordRead {
  if (read === undefined) return undefined;
  const record = parsed(read.text);
  return isExport(record) && recordKey(record.workspace_id, record.id) === key ? record : damaged;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function logLeftOut(key: string, reason: string, cause?: unknown): void {
  const message = `A record ${reason} and was left out`;
  console.error(
    JSON.stringify({
      level: "ERROR",
      message,
      key,
      ...(cause !== undefined && { cause: shortened(String(cause), 500) }),
    }),
  );
}
