import { setTimeout as sleep } from "node:timers/promises";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import pLimit from "p-limit";
import type { Deadline } from "../../core/deadline.ts";
import { type Bucket, isS3Error } from "./s3-client.ts";

/** How often a conditional write is tried that another write comes in the way of. */
const maxTries = 4;

const firstWaitMs = 50;

/**
 * Reads at once, at most. Node opens 50 connections for the S3 client, and the client counts waiting for a free one as
 * connecting: a page of 100 records read at once loses some to that timeout where S3 or the processor is slow.
 */
const maxReads = 32;

const inTurn = pLimit(maxReads);

/**
 * A small JSON object of the bucket; undefined if it is not there. One that is damaged is named in the log and counts
 * as not there: it must not stop everything else.
 * @param what it is, for the log
 */
export async function readJson<T extends object>(
  store: Bucket,
  key: string,
  deadline: Deadline,
  { what, fits = () => true }: { what: string; fits?: (value: Partial<T>) => boolean },
): Promise<T | undefined> {
  const read = await readText(store, key, deadline);
  if (read === undefined) return undefined;
  const value = objectIn(read.text);
  if (value !== undefined && fits(value as Partial<T>)) return value as T;
  console.error(JSON.stringify({ level: "ERROR", message: `${what} is damaged and was left out`, key }));
  return undefined;
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param tagging tags of the object, as a request's header has them */
export async function writeJson(
  store: Bucket,
  key: string,
  value: object,
  { signal }: Deadline,
  tagging?: string,
): Promise<void> {
  await store.s3.send(putJson(store, key, value, { Tagging: tagging }), { abortSignal: signal });
}

/**
 * Writes it where there is none; false if somebody else was faster. A conflict does not say who was: S3 wants the
 * write tried again.
 */
export async function createJson(
  store: Bucket,
  key: string,
  value: object,
  { signal }: Deadline,
  tagging?: string,
): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await store.s3.send(putJson(store, key, value, { IfNoneMatch: "*", Tagging: tagging }), { abortSignal: signal });
      return true;
    } catch (error) {
      if (isS3Error(error, "PreconditionFailed")) return false;
      if (!isS3Error(error, "ConditionalRequestConflict") || tries === maxTries) throw error;
      await sleep(Math.random() * firstWaitMs * 2 ** tries, undefined, { signal });
    }
  }
}

/**
 * All keys below a prefix, in S3's order, however many.
 * @param first only those after this key
 */
export async function listKeys(
  { s3, bucket }: Bucket,
  prefix: string,
  { signal }: Deadline,
  first?: string,
): Promise<string[]> {
  const keys: string[] = [];
  for (let after = first; ; after = keys.at(-1)) {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after });
    const { Contents = [], IsTruncated = false } = await s3.send(command, { abortSignal: signal });
    for (const { Key = "" } of Contents) keys.push(Key);
    if (!IsTruncated || Contents.length === 0) return keys;
  }
}

function putJson(
  { bucket }: Bucket,
  Key: string,
  value: object,
  more: { IfNoneMatch?: "*"; Tagging: string | undefined },
) {
  const Body = `${JSON.stringify(value)}\n`;
  return new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: "application/json", ...more });
}

/** What a small object of the bucket held, and which version of it that was: its ETag. */
export interface TextRead {
  readonly text: string;
  readonly version: string | undefined;
}

/** A small object of the bucket; undefined if it is not there. */
export function readText({ s3, bucket }: Bucket, key: string, { signal }: Deadline): Promise<TextRead | undefined> {
  return inTurn(async () => {
    try {
      const { Body, ETag } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
      return { text: (await Body?.transformToString()) ?? "", version: ETag };
    } catch (error) {
      if (isS3Error(error, "NoSuchKey")) return undefined;
      throw error;
    }
  });
}
