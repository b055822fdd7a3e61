import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { openBucket } from "../../local/s3/bucket-on-disk.ts";
import { naturalPath } from "../../local/s3/object-path.ts";
import { startS3 } from "../../local/s3.ts";

const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
let directory: string;
let server: Listening;

const start = () => startS3({ directory, buckets: ["bucket"], region: "us-east-1", credentials });
const client = () =>
  new S3Client({ endpoint: server.url, region: "us-east-1", credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
const put = (Key: string, Body: string) => client().send(new PutObjectCommand({ Bucket: "bucket", Key, Body }));
const get = async (Key: string) =>
  (await client().send(new GetObjectCommand({ Bucket: "bucket", Key }))).Body?.transformToString();

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "s3-files-"));
  server = await start();
});

afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

it("keeps a file where its key says, so that it can be opened as it is", async () => {
  await put("exports/report=a/period=2026-10-01_2026-10-31/x.csv", "a,b\n");
  const path = join(directory, "bucket/exports/report=a/period=2026-10-01_2026-10-31/x.csv");
  expect(await readFile(path, "utf8")).toBe("a,b\n");
});

it("has everything again after a stop, and nothing that was half-done", async () => {
  await put("a", "1");
  await put("a/b", "2");
  await put("replaced", "before");
  await put("replaced", "after");
  await server.close();
  const left = join(directory, "bucket/.uploads/left-over");
  await writeFile(left, "half");
  server = await start();
  expect(await Promise.all(["a", "a/b", "replaced"].map(get))).toEqual(["1", "2", "after"]);
  expect(await readdir(join(directory, "bucket/.uploads"))).toEqual([]);
});

it("refuses an upload with another SHA-256 than its own", async () => {
  const ChecksumSHA256 = createHash("sha256").update("what was meant").digest("base64");
  const wrong = client().send(
    new PutObjectCommand({ Bucket: "bucket", Key: "x", Body: "what was sent", ChecksumSHA256 }),
  );
  await expect(wrong).rejects.toMatchObject({ name: "BadDigest" });
  await expect(get("x")).rejects.toMatchObject({ name: "NoSuchKey" });
});

it.each([
  "../../outside",
  "..",
  "/etc/passwd",
  "a//b",
  ".objects/x",
  ".uploads",
  "a/../../b",
  `${"long".repeat(250)}/x`,
])("stays in its folder with the key %s", async (key) => {
  expect(naturalPath(key).split("/")).not.toContain("..");
  await put(key, "safe");
  expect(await get(key)).toBe("safe");
  expect(await readdir(directory)).toEqual(["bucket"]);
});

it("lists a page out of thousands", async () => {
  const bucket = await openBucket(join(directory, "large"));
  const keys = Array.from({ length: 2000 }, (_, index) => `records/${String(index).padStart(4, "0")}`);
  for (const key of keys) {
    const upload = bucket.uploadPath();
    await writeFile(upload, "");
    const draft = { key, bytes: 0, etag: "", sha256: "", lastModified: new Date(0).toISOString(), headers: {} };
    await bucket.commit(upload, draft, () => {});
  }
  await server.close();
  server = await startS3({ directory, buckets: ["large"], region: "us-east-1", credentials });
  const listed = await client().send(
    new ListObjectsV2Command({ Bucket: "large", Prefix: "records/", StartAfter: "records/0999", MaxKeys: 2 }),
  );
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["records/1000", "records/1001"]);
});
