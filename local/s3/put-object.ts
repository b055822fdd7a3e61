import { createHash } from "node:crypto";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { AwsError } from "../aws/aws-error.ts";
import { privateFile } from "../private-files.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import type { S3Object } from "./s3-object.ts";
import {
  headerOf,
  matchesTag,
  noSuchKey,
  notImplemented,
  preconditionFailed,
  refuseOtherDigest,
  type S3Request,
} from "./s3-request.ts";
import { headerTags } from "./tags.ts";

/** Headers of an upload that its downloads give back. */
const keptHeaders =
  /^(content-type|content-disposition|content-encoding|content-language|cache-control|x-amz-meta-.+)$/;

/** Those of the request that its object keeps. */
export function keptHeadersOf({ message }: S3Request): Record<string, string> {
  const entries = Object.entries(message.headers);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => keptHeaders.test(entry[0])));
}

/** Stores an upload: whole and as announced, or not at all. */
export async function putObject(request: S3Request, bucket: BucketOnDisk): Promise<void> {
  refuseUnsupported(request);
  const length = headerOf(request, "content-length");
  if (length === undefined) throw new AwsError(411, "MissingContentLength", "You must provide the Content-Length.");
  refuseLongKey(request);
  const tags = headerTags(request);
  allowOverwrite(request, bucket.get(request.key)); // before the body, so that a doomed one need not be sent

  const upload = bucket.uploadPath();
  try {
    const received = await receive(request, upload);
    refuseOtherThanAnnounced(request, Number(length), received);
    const { bytes, md5, sha256 } = received;
    const draft = {
      key: request.key,
      bytes,
      etag: md5.toString("hex"),
      sha256: sha256.toString("base64"),
      lastModified: new Date().toISOString(),
      headers: keptHeadersOf(request),
      tags,
    };
    await bucket.commit(upload, draft, (current) => allowOverwrite(request, current));
    request.response.writeHead(200, { etag: `"${draft.etag}"`, "x-amz-checksum-sha256": draft.sha256 }).end();
  } finally {
    rmSync(upload, { force: true });
  }
}

interface Received {
  readonly bytes: number;
  readonly md5: Buffer;
  readonly sha256: Buffer;
}

async function receive({ message }: S3Request, upload: string): Promise<Received> {
  const md5 = createHash("md5");
  const sha256 = createHash("sha256");
  let bytes = 0;
  const pieces = message.iterator({ destroyOnReturn: false }); // else a full disk would be a broken connection, not an answer
  const file = openSync(upload, "wx", privateFile);
  try {
    for await (const piece of pieces) {
      bytes += piece.length;
      md5.update(piece);
      sha256.update(piece);
      writeFileSync(file, piece); // goes on where it was
    }
  } finally {
    closeSync(file);
  }
  return { bytes, md5: md5.digest(), sha256: sha256.digest() };
}

function refuseUnsupported(request: S3Request): void {
  if (headerOf(request, "x-amz-content-sha256")?.startsWith("STREAMING-")) throw notImplemented("An aws-chunked body");
}

function refuseOtherThanAnnounced(request: S3Request, length: number, { bytes, md5, sha256 }: Received): void {
  if (bytes !== length) throw new AwsError(400, "IncompleteBody", "The body is not as long as its Content-Length.");
  const signedHash = headerOf(request, "x-amz-content-sha256");
  if (signedHash && /^[0-9a-f]{64}$/.test(signedHash) && signedHash !== sha256.toString("hex")) {
    throw new AwsError(400, "XAmzContentSHA256Mismatch", "The provided x-amz-content-sha256 does not match the body.");
  }
  refuseOtherDigest(headerOf(request, "x-amz-checksum-sha256"), sha256);
  refuseOtherDigest(headerOf(request, "content-md5"), md5);
}

export function refuseLongKey({ key }: S3Request): void {
  if (Buffer.byteLength(key) > 1024) throw new AwsError(400, "KeyTooLongError", "Your key is too long.");
}

/** @throws AwsError if the request has conditions on what is there now, and they do not hold */
export function allowOverwrite(request: S3Request, current: S3Object | undefined): void {
  const ifNoneMatch = headerOf(request, "if-none-match");
  const ifMatch = headerOf(request, "if-match");
  if (ifNoneMatch !== undefined && ifNoneMatch !== "*") throw notImplemented("If-None-Match other than *");
  if (ifNoneMatch !== undefined && current) throw preconditionFailed();
  if (ifMatch === undefined) return;
  if (!current) throw noSuchKey();
  if (!matchesTag(ifMatch, current)) throw preconditionFailed();
}
