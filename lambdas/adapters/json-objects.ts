import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import { isS3Error } from "./s3-failure.ts";

interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** A small JSON object of the bucket; undefined if it is not there. */
export async function readJson<T>(where: Bucket, key: string, deadline: Deadline): Promise<T | undefined> {
  const text = await readText(where, key, deadline);
  return text === undefined ? undefined : JSON.parse(text);
}

export async function writeJson(where: Bucket, key: string, value: object, { signal }: Deadline): Promise<void> {
  await where.s3.send(putJson(where, key, value), { abortSignal: signal });
}

/** Writes it where there is none; false if somebody else was faster. */
export async function createJson(where: Bucket, key: string, value: object, { signal }: Deadline): Promise<boolean> {
  const command = putJson(where, key, value, { IfNoneMatch: "*" });
  try {
    await where.s3.send(command, { abortSignal: signal });
    return true;
  } catch (error) {
    if (isS3Error(error, "PreconditionFailed", "ConditionalRequestConflict")) return false;
    throw error;
  }
}

/** All keys below a prefix, in S3's order, however many. */
export async function listKeys({ s3, bucket }: Bucket, prefix: string, { signal }: Deadline): Promise<string[]> {
  const keys: string[] = [];
  for (let after: string | undefined; ; after = keys.at(-1)) {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after });
    const { Contents = [], IsTruncated = false } = await s3.send(command, { abortSignal: signal });
    for (const { Key = "" } of Contents) keys.push(Key);
    if (!IsTruncated || Contents.length === 0) return keys;
  }
}

function putJson({ bucket }: Bucket, Key: string, value: object, condition: { IfNoneMatch?: "*" } = {}) {
  const Body = `${JSON.stringify(value)}\n`;
  return new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: "application/json", ...condition });
}

/** The text of a small object of the bucket; undefined if it is not there. */
export async function readText({ s3, bucket }: Bucket, key: string, { signal }: Deadline): Promise<string | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    return (await Body?.transformToString()) ?? "";
  } catch (error) {
    if (isS3Error(error, "NoSuchKey")) return undefined;
    throw error;
  }
}
