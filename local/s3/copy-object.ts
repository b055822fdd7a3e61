import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { AwsError } from "../aws/aws-error.ts";
import { decoded } from "../aws/request-target.ts";
import { xml } from "../aws/xml.ts";
import { privateFile } from "../private-files.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import { allowOverwrite, keptHeadersOf, refuseLongKey } from "./put-object.ts";
import type { S3Object, Tags } from "./s3-object.ts";
import {
  headerOf,
  matchesTag,
  noSuchBucket,
  noSuchKey,
  notImplemented,
  preconditionFailed,
  type S3Request,
  s3Namespace,
} from "./s3-request.ts";
import { headerTags } from "./tags.ts";

/** What CopyObject reads, and what it leaves to the request. */
export interface CopySource {
  readonly bucket: string;
  readonly key: string;
  /** Whether its tags come along; else the copy has those of the request. */
  readonly withTags: boolean;
}

/** What a request copies; undefined if it copies nothing. */
export function copySourceOf(request: S3Request): CopySource | undefined {
  const header = headerOf(request, "x-amz-copy-source");
  if (header === undefined) return undefined;
  const [path = "", version] = header.split("?", 2);
  if (version !== undefined) throw notImplemented("A version of the copy's source");
  const [, bucket = "", key = ""] = /^([^/]+)\/(.+)$/s.exec(decoded(path).replace(/^\//, "")) ?? [];
  if (key === "") throw new AwsError(400, "InvalidArgument", "Copy Source must mention the source bucket and key");
  return { bucket, key, withTags: directive(request, "x-amz-tagging-directive") === "COPY" };
}

/** Answers CopyObject: the copy is there, whole, or it is not. */
export async function copyObject(
  request: S3Request,
  copySource: CopySource,
  bucketOf: (name: string) => BucketOnDisk | undefined,
): Promise<void> {
  const { bucket: sourceBucket, key: sourceKey, withTags } = copySource;
  const target = bucketOf(request.bucket);
  const sources = bucketOf(sourceBucket);
  if (!target || !sources) throw noSuchBucket();
  refuseLongKey(request);
  const withHeaders = directive(request, "x-amz-metadata-directive") === "COPY";
  const isItself = sourceBucket === request.bucket && sourceKey === request.key;
  if (isItself && withHeaders && withTags) throw copyOntoItself();
  const source = sources.get(sourceKey);
  if (!source) throw noSuchKey();
  refuseOtherSource(request, source);
  const tags = withTags ? source.tags : headerTags(request);
  allowOverwrite(request, target.get(request.key));

  const upload = target.uploadPath();
  try {
    const bytes = await sources.openBytes(source);
    if (bytes === undefined) return await copyObject(request, copySource, bucketOf); // it was replaced meanwhile, or is no more
    await pipeline(createReadStream("", { fd: bytes }), createWriteStream(upload, { flags: "wx", mode: privateFile }));
    const copy = copied(source, request, { headers: withHeaders ? source.headers : keptHeadersOf(request), tags });
    await target.commit(upload, copy, (current) => allowOverwrite(request, current));
    request.response.writeHead(200, { "content-type": "application/xml" });
    const result = { LastModified: copy.lastModified, ETag: `"${copy.etag}"`, ChecksumSHA256: copy.sha256 };
    request.response.end(xml("CopyObjectResult", result, s3Namespace));
  } finally {
    await rm(upload, { force: true });
  }
}

function copied(
  { bytes, etag, sha256 }: S3Object,
  { key }: S3Request,
  more: { readonly headers: Readonly<Record<string, string>>; readonly tags: Tags | undefined },
) {
  return { key, bytes, etag, sha256, lastModified: new Date().toISOString(), ...more };
}

function directive(request: S3Request, name: string): "COPY" | "REPLACE" {
  const value = headerOf(request, name) ?? "COPY";
  if (value === "COPY" || value === "REPLACE") return value;
  throw new AwsError(400, "InvalidArgument", `Unknown ${name.replace("x-amz-", "").replace("-", " ")}.`);
}

function copyOntoItself(): AwsError {
  const message =
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.";
  return new AwsError(400, "InvalidRequest", message);
}

function refuseOtherSource(request: S3Request, source: S3Object): void {
  const ifMatch = headerOf(request, "x-amz-copy-source-if-match");
  const ifNoneMatch = headerOf(request, "x-amz-copy-source-if-none-match");
  const byTime = ["x-amz-copy-source-if-modified-since", "x-amz-copy-source-if-unmodified-since"];
  if (byTime.some((name) => headerOf(request, name) !== undefined)) throw notImplemented("A copy by its source's time");
  if (ifMatch !== undefined && !matchesTag(ifMatch, source)) throw preconditionFailed();
  if (ifNoneMatch !== undefined && matchesTag(ifNoneMatch, source)) throw preconditionFailed();
}
