import { closeSync, createReadStream, readSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { AwsError } from "../aws/aws-error.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import type { S3Object } from "./s3-object.ts";
import { headerOf, matchesTag, noSuchKey, preconditionFailed, type S3Request } from "./s3-request.ts";

/** What is read at once, without a stream: as much as a stream would read first. */
const maxBytesAtOnce = 64 * 1024;

/** Answers GetObject and HeadObject. */
export async function getObject(request: S3Request, bucket: BucketOnDisk): Promise<void> {
  const object = bucket.get(request.key);
  if (!object) throw noSuchKey();
  if (isUnchanged(request, object)) {
    request.response.writeHead(304, { etag: `"${object.etag}"` }).end();
    return;
  }
  const range = rangeOf(request, object);
  const file = await bucket.openBytes(object);
  if (file === undefined) return getObject(request, bucket); // it was replaced meanwhile, or is no more
  const [start, end] = range ?? [0, object.bytes - 1];
  request.response.writeHead(range ? 206 : 200, {
    ...headersOf(request, object),
    ...(!range && checksumOf(request, object)),
    "content-length": end - start + 1,
    ...(range && { "content-range": `bytes ${start}-${end}/${object.bytes}` }),
  });
  if (request.message.method === "HEAD" || end < start) {
    closeSync(file);
    request.response.end();
    return;
  }
  if (end - start < maxBytesAtOnce) {
    request.response.end(bytesOf(file, start, end));
    return;
  }
  await pipeline(createReadStream("", { fd: file, start, end }), request.response);
}

/** Reads a part of a file, and closes it. */
function bytesOf(file: number, start: number, end: number): Buffer {
  try {
    const bytes = Buffer.alloc(end - start + 1);
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, start));
  } finally {
    closeSync(file);
  }
}

function isUnchanged(request: S3Request, object: S3Object): boolean {
  const ifMatch = headerOf(request, "if-match");
  if (ifMatch !== undefined && !matchesTag(ifMatch, object)) throw preconditionFailed();
  const ifNoneMatch = headerOf(request, "if-none-match");
  return ifNoneMatch !== undefined && matchesTag(ifNoneMatch, object);
}

function headersOf(request: S3Request, object: S3Object): Record<string, string> {
  const overrides = Object.entries(request.query).flatMap(([name, value]) => {
    const header =
      /^response-(content-type|content-disposition|content-encoding|content-language|cache-control|expires)$/.exec(
        name,
      )?.[1];
    return header && value !== undefined ? [[header, value]] : [];
  });
  return {
    "content-type": "binary/octet-stream",
    ...object.headers,
    ...Object.fromEntries(overrides),
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.lastModified).toUTCString(),
    "accept-ranges": "bytes",
  };
}

/** Of the whole object: with a part of it, clients would hold it against that part. */
function checksumOf(request: S3Request, { sha256 }: S3Object): Record<string, string> {
  return headerOf(request, "x-amz-checksum-mode") === "ENABLED" ? { "x-amz-checksum-sha256": sha256 } : {};
}

/** First and last byte of a `Range` with one part; anything else counts as none, as on S3. */
function rangeOf(request: S3Request, { bytes }: S3Object): [number, number] | undefined {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(headerOf(request, "range") ?? "") ?? [];
  if (from === "" && to === "") return undefined;
  const start = from === "" ? Math.max(0, bytes - Number(to)) : Number(from);
  const end = from === "" || to === "" ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (start > end) throw new AwsError(416, "InvalidRange", "The requested range is not satisfiable.");
  return [start, end];
}
