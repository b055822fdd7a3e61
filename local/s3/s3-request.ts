import type { IncomingMessage, ServerResponse } from "node:http";
import { AwsError } from "../aws/aws-error.ts";
import { decoded } from "../aws/request-target.ts";

/** A request to S3, taken apart. */
export interface S3Request {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly bucket: string;
  /** Empty for a request to the bucket itself. */
  readonly key: string;
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** Of the XML that S3 answers with. */
export const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** Splits `/bucket/key` (path-style addressing). */
export function bucketAndKey(path: string): { bucket: string; key: string } {
  const [, bucket = "", ...key] = path.split("/");
  return { bucket: decoded(bucket), key: decoded(key.join("/")) };
}

/** Whether it is DeleteObjects, whose keys stand in its body. */
export function isDeleteObjects({ message, key, query }: S3Request): boolean {
  return key === "" && message.method === "POST" && "delete" in query;
}

/** Whether it is ListBuckets, which is no request to any of them. */
export function isListBuckets({ message, bucket }: S3Request): boolean {
  return bucket === "" && message.method === "GET";
}

/** One header of the request. */
export function headerOf({ message }: S3Request, name: string): string | undefined {
  const value = message.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

/** @throws AwsError for what a store that is not AWS's need not have */
export function notImplemented(what: string): AwsError {
  return new AwsError(501, "NotImplemented", `${what} is not implemented here.`);
}

/** @throws AwsError if a digest was announced in Base64 and the actual one is another */
export function refuseOtherDigest(announced: string | undefined, actual: Buffer): void {
  if (announced === undefined) return;
  if (Buffer.from(announced, "base64").length !== actual.length) {
    throw new AwsError(400, "InvalidDigest", "The checksum you specified is not valid.");
  }
  if (announced !== actual.toString("base64")) {
    throw new AwsError(400, "BadDigest", "The checksum you specified did not match what we received.");
  }
}

export function noSuchKey(): AwsError {
  return new AwsError(404, "NoSuchKey", "The specified key does not exist.");
}

export function noSuchBucket(): AwsError {
  return new AwsError(404, "NoSuchBucket", "The specified bucket does not exist.");
}

export function preconditionFailed(): AwsError {
  return new AwsError(412, "PreconditionFailed", "At least one of the pre-conditions did not hold.");
}

/** Whether an object is meant by the value of `If-Match` or `If-None-Match`: `*`, or its ETag, with quotes or without. */
export function matchesTag(value: string, { etag }: { readonly etag: string }): boolean {
  return value === "*" || value === `"${etag}"` || value === etag;
}
