import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  CopyObjectCommand,
  type CopyObjectCommandInput,
  GetBucketAclCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectTaggingCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { build } from "esbuild";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listKeys } from "../../lambdas/adapters/s3/json-objects.ts";
import { deadlineAt } from "../../lambdas/http/deadline-at.ts";
import type { Listening } from "../../local/listening.ts";
import { type BucketOnDisk, openBucket } from "../../local/s3/bucket-on-disk.ts";
import { naturalPath } from "../../local/s3/object-path.ts";
import { startS3 } from "../../local/s3/s3.ts";
import { sortedKeys } from "../../local/s3/sorted-keys.ts";
import { bucketKeys } from "../e2e/bucket-contents.ts";

const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
const region = "us-east-1";
let directory: string;
let server: Listening;
let s3: S3Client | undefined;

const start = () => startS3({ directory, buckets: ["bucket"], region, credentials });
const client = () => {
  s3 ??= new S3Client({ endpoint: server.url, region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" });
  return s3;
};
/** Ends the server; the next client is the next one's. */
const stop = async () => {
  s3?.destroy();
  s3 = undefined;
  await server.close();
};
const put = (Key: string, Body: string, more: Partial<PutObjectCommandInput> = {}) =>
  client().send(new PutObjectCommand({ Bucket: "bucket", Key, Body, ...more }));
const copy = (from: string, Key: string, more: Partial<CopyObjectCommandInput> = {}) =>
  client().send(new CopyObjectCommand({ Bucket: "bucket", Key, CopySource: `bucket/${from}`, ...more }));
const tagsOf = async (Key: string) =>
  (await client().send(new GetObjectTaggingCommand({ Bucket: "bucket", Key }))).TagSet ?? [];
const get = async (Key: string) =>
  (await client().send(new GetObjectCommand({ Bucket: "bucket", Key }))).Body?.transformToString();

/** Puts an object into a bucket on disk, past the server. */
const store = async (bucket: BucketOnDisk, key: string, text: string) => {
  const upload = bucket.uploadPath();
  await writeFile(upload, text);
  const lastModified = new Date(0).toISOString();
  const draft = { key, bytes: text.length, etag: text, sha256: "", lastModified, headers: {} };
  await bucket.commit(upload, draft, () => {});
  return bucket.get(key);
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "s3-files-"));
  server = await start();
});

afterEach(async () => {
  await stop();
  await rm(directory, { recursive: true });
});

it("keeps a file where its key says, so that it can be opened as it is", async () => {
  await put("exports/report=a/period=2026-10-01_2026-10-31/x.csv", "a,b\n");
  const path = join(directory, "bucket/exports/report=a/period=2026-10-01_2026-10-31/x.csv");
  expect(await readFile(path, "utf8")).toBe("a,b\n");
});

it("keeps what replaces an object where its key says, however often, and after a stop", async () => {
  const path = join(directory, "bucket/current/schedule=a/from_date=2026-10-01/a.csv");
  const key = "current/schedule=a/from_date=2026-10-01/a.csv";
  await put("exports/x.csv", "copied");
  await put(key, "1");
  for (const text of ["2", "33", "444", "444"]) {
    await put(key, text);
    expect([await readFile(path, "utf8"), await get(key)]).toEqual([text, text]);
  }
  await copy("exports/x.csv", key);
  await stop();
  server = await start();
  expect([await readFile(path, "utf8"), await get(key)]).toEqual(["copied", "copied"]);
  expect((await readdir(join(directory, "bucket"))).toSorted()).not.toContain(".damaged");
  expect(await readdir(join(directory, "bucket/.overflow")).catch(() => [])).toEqual([]);
});

it("has everything again after a stop, and nothing that was half-done", async () => {
  await put("a", "1");
  await put("a/b", "2");
  await put("replaced", "before");
  await put("replaced", "after");
  await stop();
  const left = join(directory, "bucket/.uploads/left-over");
  await writeFile(left, "half");
  server = await start();
  expect(await Promise.all(["a", "a/b", "replaced"].map(get))).toEqual(["1", "2", "after"]);
  expect(await readdir(join(directory, "bucket/.uploads"))).toEqual([]);
});

it("has tags and copies again after a stop, and no tags where none were given", async () => {
  await put("a", "1", { Tagging: "retention=expires" });
  await copy("a", "b");
  const Tagging = { TagSet: [{ Key: "changed", Value: "x" }] };
  await client().send(new PutObjectTaggingCommand({ Bucket: "bucket", Key: "a", Tagging }));
  await put("c", "3");
  await stop();
  server = await start();
  expect(await Promise.all(["a", "b"].map(get))).toEqual(["1", "1"]);
  expect(await tagsOf("a")).toEqual(Tagging.TagSet);
  expect(await tagsOf("b")).toEqual([{ Key: "retention", Value: "expires" }]);
  expect(await tagsOf("c")).toEqual([]);
});

it("answers conditions of an upload as AWS does: quotes or none, and 404 where nothing is", async () => {
  const { ETag = "" } = await put("a", "1");
  await put("a", "1", { IfMatch: ETag });
  await put("a", "1", { IfMatch: ETag.replaceAll('"', "") });
  await put("a", "1", { IfMatch: "*" });
  await expect(put("a", "2", { IfMatch: `${ETag}, "other"` })).rejects.toMatchObject({ name: "PreconditionFailed" });
  for (const IfMatch of [ETag, "*"]) {
    await expect(put("b", "1", { IfMatch })).rejects.toMatchObject({ name: "NoSuchKey" });
  }
});

it("takes the conditions that a copy may have on its source and on what it replaces", async () => {
  const { ETag } = await put("a", "1");
  const { ETag: other } = await put("b", "2");
  const failed = { name: "PreconditionFailed" };
  await expect(copy("a", "b", { CopySourceIfMatch: other })).rejects.toMatchObject(failed);
  await expect(copy("a", "b", { CopySourceIfNoneMatch: ETag })).rejects.toMatchObject(failed);
  await expect(copy("a", "b", { IfNoneMatch: "*" })).rejects.toMatchObject(failed);
  await expect(copy("a", "b", { IfMatch: ETag })).rejects.toMatchObject(failed);
  await expect(copy("a", "c", { IfMatch: ETag })).rejects.toMatchObject({ name: "NoSuchKey" });
  expect(await get("b")).toBe("2");
  await copy("a", "b", { CopySourceIfMatch: ETag, IfMatch: other });
  await copy("a", "c", { CopySourceIfNoneMatch: other, IfNoneMatch: "*" });
  expect(await Promise.all(["b", "c"].map(get))).toEqual(["1", "1"]);
});

it("gives a copy other tags with its source's metadata", async () => {
  await put("a", "1", { Metadata: { colour: "blue" }, Tagging: "retention=expires" });
  await copy("a", "b", { TaggingDirective: "REPLACE", Tagging: "kept=for%20ever&of=%C3%BC" });
  expect(await tagsOf("b")).toEqual([
    { Key: "kept", Value: "for ever" },
    { Key: "of", Value: "ü" },
  ]);
  const { Metadata } = await client().send(new GetObjectCommand({ Bucket: "bucket", Key: "b" }));
  expect(Metadata).toEqual({ colour: "blue" });
});

it.each(["bucket", "bucket/", "/", "elsewhere/a", "bucket/%E0%A4%A"])("refuses to copy from %s", async (CopySource) => {
  const call = client().send(new CopyObjectCommand({ Bucket: "bucket", Key: "b", CopySource }));
  await expect(call).rejects.toMatchObject({
    name: expect.stringMatching(/^(InvalidArgument|NoSuchBucket|InvalidURI)$/),
  });
  await expect(get("b")).rejects.toMatchObject({ name: "NoSuchKey" });
});

it("sends its checksum with the whole of an object and with no part of it, as clients hold it against what comes", async () => {
  await put("a", "0123456789");
  const read = (Range?: string) =>
    client().send(new GetObjectCommand({ Bucket: "bucket", Key: "a", Range, ChecksumMode: "ENABLED" }));
  const whole = await read();
  expect(whole.ChecksumSHA256).toBe(createHash("sha256").update("0123456789").digest("base64"));
  expect(await whole.Body?.transformToString()).toBe("0123456789");
  const part = await read("bytes=2-4");
  expect(part.ChecksumSHA256).toBeUndefined();
  expect(await part.Body?.transformToString()).toBe("234");
});

it.each([
  new GetBucketVersioningCommand({ Bucket: "bucket" }),
  new GetBucketAclCommand({ Bucket: "bucket" }),
  new ListObjectVersionsCommand({ Bucket: "bucket" }),
  new ListMultipartUploadsCommand({ Bucket: "bucket" }),
])("takes other questions about a bucket for no question for its objects: $constructor.name", async (command) => {
  const call = client().send(command as GetBucketVersioningCommand);
  await expect(call).rejects.toMatchObject({ name: "NotImplemented" });
});

it.each(["aws:reserved=x", "=x", "a=<b>", "a=%26", "a=1&a=2"])("takes no tags such as %s", async (Tagging) => {
  await expect(put("a", "1", { Tagging })).rejects.toMatchObject({ name: "InvalidTag" });
  await expect(get("a")).rejects.toMatchObject({ name: "NoSuchKey" });
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

it("lists all of more than a page of 1,000, and a page out of them", async () => {
  const keys = Array.from({ length: 1200 }, (_, index) => `records/${String(index).padStart(4, "0")}`);
  const bucket = await openBucket(join(directory, "large"));
  for (const key of keys) await store(bucket, key, "");
  await stop();
  server = await startS3({ directory, buckets: ["large"], region, credentials });
  const { Contents = [], IsTruncated } = await client().send(new ListObjectsV2Command({ Bucket: "large" }));
  expect({ count: Contents.length, IsTruncated }).toEqual({ count: 1000, IsTruncated: true });
  const deadline = deadlineAt(Date.now() + 60_000, Date.now());
  expect(await listKeys({ s3: client(), bucket: "large" }, "records/", deadline)).toEqual(keys); // as the product does
  const asTestsDo = await bucketKeys({ s3Url: server.url, bucket: "large", settings: { region, credentials } });
  expect([...asTestsDo.keys()]).toEqual(keys);
  const listed = await client().send(
    new ListObjectsV2Command({ Bucket: "large", Prefix: "records/", StartAfter: "records/0999", MaxKeys: 2 }),
  );
  expect(listed.Contents?.map(({ Key }) => Key)).toEqual(["records/1000", "records/1001"]);
});

it("opens no newer bytes as those of an object that was replaced meanwhile, and keeps the newer ones", async () => {
  const bucket = await openBucket(join(directory, "replacing"));
  const first = await store(bucket, "a", "1");
  const second = await store(bucket, "a", "2");
  for (const one of [first, second]) expect(one).toBeDefined();
  expect(first && (await bucket.openBytes(first))).toBeUndefined();
  const file = second && (await bucket.openBytes(second));
  if (file === undefined) throw new Error("The newer one is not opened.");
  expect(readFileSync(file, "utf8")).toBe("2");
  closeSync(file);
  expect(bucket.get("a")).toBe(second);
});

it("opens a bucket with more objects than a process may have open files", async () => {
  const bucket = await openBucket(join(directory, "large"));
  for (let at = 0; at < 300; at++) await store(bucket, `records/${at}`, "1");
  const bundle = join(directory, "open-bucket.mjs");
  const contents = `import { openBucket } from "./local/s3/bucket-on-disk.ts";
    process.stdout.write(String((await openBucket(process.argv[2])).keys.all.length));`;
  const options = { bundle: true, platform: "node", format: "esm", outfile: bundle, logLevel: "error" } as const;
  await build({ ...options, stdin: { contents, resolveDir: "." } });
  const line = `ulimit -n 100; exec "${process.execPath}" "${bundle}" "${join(directory, "large")}"`;
  expect((await promisify(execFile)("sh", ["-c", line])).stdout).toBe("300");
});

it("keeps keys in UTF-8 order, whatever the characters", () => {
  const pieces = ["a", "B", "/", "~", "\u007f", "é", "\u07ff", "\ud7ff", "\ue000", "\uffff", "😀", "\u{10ffff}"];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 4 }).map((parts) => parts.join(""));
  const inOrder = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));
  fc.assert(
    fc.property(fc.uniqueArray(text), fc.uniqueArray(text), text, (first, later, from) => {
      const keys = sortedKeys(first);
      for (const key of later) keys.add(key);
      for (const key of first.filter((_, at) => at % 2 === 0)) keys.delete(key);
      const gone = new Set(first.filter((_, at) => at % 2 === 0));
      const expected = [...new Set([...first, ...later])].filter((key) => !gone.has(key)).sort(inOrder);
      expect(keys.all).toEqual(expected);
      const at = expected.findIndex((key) => inOrder(key, from) >= 0);
      expect(keys.firstFrom(from)).toBe(at < 0 ? expected.length : at);
    }),
    { seed: 17 },
  );
});
