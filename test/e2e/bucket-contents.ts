import { GetObjectCommand, NoSuchKey, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import type { Local } from "../../cli/start/start-local.ts";

type BucketOf = Pick<Local, "s3Url" | "bucket"> & { settings: Pick<Local["settings"], "region" | "credentials"> };

const clients = new WeakMap<BucketOf, S3Client>();

/** A client of the product's S3, with a key that may do everything. */
export function s3Of(of: BucketOf): S3Client {
  const client = clients.get(of) ?? new S3Client({ ...of.settings, endpoint: of.s3Url, forcePathStyle: true });
  clients.set(of, client);
  return client;
}

/** The ETag of each key. */
export async function bucketKeys(of: BucketOf): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3Of(of) }, { Bucket: of.bucket })) {
    for (const { Key = "", ETag = "" } of Contents) keys.set(Key, ETag);
  }
  return keys;
}

/** What was read of a bucket, by key and ETag: most tests look at the same objects again and again. */
const read = new WeakMap<BucketOf, Map<string, Buffer>>();

export async function bucketContents(of: BucketOf, known?: ReadonlySet<string>): Promise<Map<string, Buffer>> {
  const readBefore = read.get(of) ?? new Map<string, Buffer>();
  read.set(of, readBefore);
  const wanted = [...(await bucketKeys(of))].filter(([key]) => !known?.has(key));
  const contents = new Map<string, Buffer>();
  for (let at = 0; at < wanted.length; at += 40) {
    const some = wanted.slice(at, at + 40).map(async ([Key, etag]) => {
      const version = `${etag} ${Key}`;
      const bytes = readBefore.get(version) ?? (await bytesOf(of, Key));
      if (bytes) readBefore.set(version, bytes);
      return [Key, bytes] as const;
    });
    for (const [key, bytes] of await Promise.all(some)) {
      if (bytes) contents.set(key, bytes); // if not, it has gone since the list was made
    }
  }
  return contents;
}

async function bytesOf(of: BucketOf, Key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await s3Of(of).send(new GetObjectCommand({ Bucket: of.bucket, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}
