import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import { isS3Error } from "./s3-failure.ts";

interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** A small JSON object of the bucket; undefined if it is not there. */
export async function readJson<T>({ s3, bucket }: Bucket, key: string, { signal }: Deadline): Promise<T | undefined> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal: signal });
    return JSON.parse((await Body?.transformToString()) ?? "");
  } catch (error) {
    if (isS3Error(error, "NoSuchKey")) return undefined;
    throw error;
  }
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

function putJson({ bucket }: Bucket, Key: string, value: object, condition: { IfNoneMatch?: "*" } = {}) {
  const Body = `${JSON.stringify(value)}\n`;
  return new PutObjectCommand({ Bucket: bucket, Key, Body, ContentType: "application/json", ...condition });
}
