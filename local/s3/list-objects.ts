import { AwsError } from "../aws/aws-error.ts";
import { xml } from "../aws/xml.ts";
import type { BucketOnDisk } from "./bucket-on-disk.ts";
import { type S3Request, s3Namespace } from "./s3-request.ts";
import { byUtf8, type SortedKeys } from "./sorted-keys.ts";

interface Entry {
  /** A key, or what several keys share up to a delimiter. */
  readonly name: string;
  readonly isPrefix: boolean;
}

/** Answers ListObjectsV2, and ListObjects as it was before. */
export function listObjects({ query, response, bucket: name }: S3Request, bucket: BucketOnDisk): void {
  const { prefix = "", delimiter = "", "encoding-type": encoding } = query;
  const isFirstVersion = query["list-type"] !== "2";
  const maxKeys = maxKeysOf(query["max-keys"]);
  const after = isFirstVersion ? (query.marker ?? "") : afterOf(query);
  const { entries, last, isTruncated } = page(bucket.keys, { prefix, delimiter, after, maxKeys });
  const written = (text: string) => (encoding === "url" ? encodeURIComponent(text).replaceAll("%2F", "/") : text);

  const paging = isFirstVersion
    ? {
        Marker: written(after),
        // Without a delimiter clients go on after the last key themselves, as S3 has them do.
        ...(isTruncated && delimiter && { NextMarker: written(entries.at(-1)?.name ?? "") }),
      }
    : {
        ...(query["start-after"] !== undefined && { StartAfter: written(query["start-after"]) }),
        KeyCount: entries.length,
        ...(isTruncated && { NextContinuationToken: Buffer.from(last).toString("base64url") }),
      };
  const result = {
    Name: name,
    Prefix: written(prefix),
    ...(delimiter && { Delimiter: written(delimiter) }),
    ...(encoding && { EncodingType: encoding }),
    MaxKeys: maxKeys,
    IsTruncated: isTruncated,
    ...paging,
    Contents: entries.filter(({ isPrefix }) => !isPrefix).map(({ name: key }) => contents(bucket, key, written)),
    CommonPrefixes: entries.filter(({ isPrefix }) => isPrefix).map((entry) => ({ Prefix: written(entry.name) })),
  };
  response.writeHead(200, { "content-type": "application/xml" });
  response.end(xml("ListBucketResult", result, s3Namespace));
}

/** What a request to a bucket may have in its query and still be a list; anything else asks for something else. */
export function isList({ message, query }: S3Request): boolean {
  const names = Object.keys(query).filter((name) => !/^(x-id$|X-Amz-)/.test(name));
  return message.method === "GET" && names.every((name) => listParameters.has(name));
}

const listParameters = new Set([
  ...["list-type", "prefix", "delimiter", "encoding-type", "max-keys", "marker"],
  ...["continuation-token", "start-after", "fetch-owner"],
]);

function afterOf(query: S3Request["query"]): string {
  const token = query["continuation-token"];
  return token === undefined ? (query["start-after"] ?? "") : keyOf(token);
}

function contents(bucket: BucketOnDisk, key: string, written: (text: string) => string) {
  const { lastModified, etag, bytes } = bucket.get(key) ?? { lastModified: "", etag: "", bytes: 0 };
  return { Key: written(key), LastModified: lastModified, ETag: `"${etag}"`, Size: bytes, StorageClass: "STANDARD" };
}

interface PageQuery {
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly maxKeys: number;
}

function page(keys: SortedKeys, { prefix, delimiter, after, maxKeys }: PageQuery) {
  const entries: Entry[] = [];
  let last = after;
  const from = byUtf8(after, prefix) < 0 ? prefix : after;
  for (let at = keys.firstFrom(from); at < keys.all.length; at++) {
    const key = keys.all[at] ?? "";
    if (!key.startsWith(prefix)) break;
    if (key === after) continue;
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? key : key.slice(0, end + delimiter.length);
    const isPrefix = end >= 0;
    if (isPrefix && (entries.at(-1)?.name === name || after.startsWith(name))) {
      last = key;
      continue;
    }
    if (entries.length === maxKeys) return { entries, last, isTruncated: maxKeys > 0 };
    entries.push({ name, isPrefix });
    last = key;
  }
  return { entries, last, isTruncated: false };
}

function maxKeysOf(value = "1000"): number {
  if (!/^\d{1,9}$/.test(value)) throw new AwsError(400, "InvalidArgument", "max-keys must be a whole number.");
  return Math.min(Number(value), 1000);
}

function keyOf(token: string): string {
  const key = Buffer.from(token, "base64url").toString("utf8");
  if (key === "") throw new AwsError(400, "InvalidArgument", "The continuation token provided is incorrect.");
  return key;
}
