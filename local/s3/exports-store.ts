import { resolve } from "node:path";
import { CreateBucketCommand, HeadBucketCommand, S3Client } from "@aws-sdk/client-s3";
import type { Account } from "../aws/account.ts";
import type { Listening } from "../listening.ts";
import type { LocalSettings } from "../settings.ts";
import { startS3 } from "./s3.ts";

/**
 * The S3 that holds the exports: the embedded one, or the user's, where the bucket is made if it is not there.
 * @throws Error if the user's cannot be reached or does not let us in
 */
export async function startStore(
  settings: LocalSettings,
  buckets: readonly string[],
  account: Account,
  onLog: (line: string) => void,
): Promise<Listening> {
  const { s3Url, region, credentials } = settings;
  if (s3Url === undefined) {
    return startS3({ directory: resolve(settings.dataDirectory, "s3"), buckets, region, credentials, account, onLog });
  }
  const s3 = new S3Client({ endpoint: s3Url, region, credentials, forcePathStyle: true, maxAttempts: 2 });
  try {
    for (const Bucket of buckets) await ensureBucket(s3, Bucket);
  } catch (error) {
    throw new Error(`The S3 server at ${s3Url} cannot be used: ${error}`, { cause: error });
  } finally {
    s3.destroy();
  }
  return { url: s3Url, close: async () => {} };
}

async function ensureBucket(s3: S3Client, Bucket: string): Promise<void> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket }));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "NotFound") throw error;
    await s3.send(new CreateBucketCommand({ Bucket }));
  }
}
