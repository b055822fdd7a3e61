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

/** Splits `/bucket/key` (path-style addressing). */
export function bucketAndKey(path: string): { bucket: string; key: string } {
  const [, bucket = "", ...key] = path.split("/");
  return { bucket: decoded(bucket), key: decoded(key.join("/")) };
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
