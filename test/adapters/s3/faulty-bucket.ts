import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { vi } from "vitest";
import type { Bucket } from "../../../lambdas/adapters/s3/s3-client.ts";
import { type FaultyS3, settings, startFaultyS3 } from "../../e2e/faulty-s3.ts";

/** A bucket on the embedded S3, behind a proxy that breaks what it is told to; its client tries once. */
export interface FaultyBucket {
  readonly server: FaultyS3;
  readonly store: Bucket;
  put(key: string, body: string, metadata?: Record<string, string>): Promise<void>;
  textOf(key: string): Promise<string | undefined>;
  tagsOf(key: string): Promise<Record<string, string | undefined>>;
  headersOf(key: string): Promise<{ type: string | undefined; metadata: Record<string, string> | undefined }>;
  close(): Promise<void>;
}

export async function startFaultyBucket(): Promise<FaultyBucket> {
  const Bucket = "exports";
  const server = await startFaultyS3([Bucket]);
  const endpoint = server.env.AWS_ENDPOINT_URL_S3 ?? "";
  const s3 = new S3Client({ ...settings, endpoint, forcePathStyle: true, maxAttempts: 1 });
  return {
    server,
    store: { s3, bucket: Bucket },
    async put(Key, Body, Metadata) {
      await s3.send(new PutObjectCommand({ Bucket, Key, Body, Metadata }));
    },
    async textOf(Key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
      return Body?.transformToString();
    },
    async tagsOf(Key) {
      const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
      return Object.fromEntries(TagSet.map((tag) => [tag.Key, tag.Value]));
    },
    async headersOf(Key) {
      const { ContentType, Metadata } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
      return { type: ContentType, metadata: Metadata };
    },
    async close() {
      s3.destroy();
      await server.close();
    },
  };
}

/** What is logged as an error while this runs, each line as JSON. */
export async function logOf(work: () => Promise<unknown>): Promise<unknown[]> {
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  try {
    await work();
    return log.mock.calls.map(([line]) => JSON.parse(String(line)));
  } finally {
    log.mockRestore();
  }
}
