import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { type Holders, soleKey } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import { requestTarget } from "../aws/request-target.ts";
import { signatureVerifier } from "../aws/sigv4.ts";
import { xml } from "../aws/xml.ts";
import { isDiskFull } from "../disk-full.ts";
import { type Listening, listenOnLoopback } from "../listening.ts";
import type { Door } from "../loopback-guard.ts";
import { type BucketOnDisk, openBucket } from "./bucket-on-disk.ts";
import { copyObject, copySourceOf } from "./copy-object.ts";
import { deleteObjects } from "./delete-objects.ts";
import { getObject } from "./get-object.ts";
import { listBuckets } from "./list-buckets.ts";
import { isList, listObjects } from "./list-objects.ts";
import { putObject } from "./put-object.ts";
import { deletionDenial, refuseWithoutRight } from "./rights.ts";
import {
  bucketAndKey,
  isDeleteObjects,
  isListBuckets,
  noSuchBucket,
  notImplemented,
  type S3Request,
} from "./s3-request.ts";
import { getTags, putTags } from "./tags.ts";

interface S3Options extends Holders {
  /** Where the buckets' folders lie; what is there from before is served again. */
  readonly directory: string;
  readonly buckets: readonly string[];
  readonly region: string;
  readonly port?: number;
  /** Hears what went wrong here, one line each. */
  readonly onLog?: (line: string) => void;
}

/** An S3 endpoint on this machine: the operations that the product needs, with S3's rules for signatures and writes. */
export async function startS3(options: S3Options): Promise<Listening> {
  const {
    directory,
    buckets,
    region,
    credentials,
    account = soleKey(credentials),
    port = 0,
    onLog = () => {},
  } = options;
  const opened = new Map<string, BucketOnDisk>();
  const create = async (name: string) => opened.set(name, await openBucket(join(directory, name), onLog));
  for (const name of buckets) await create(name);
  const verify = signatureVerifier({ service: "s3", region, credentials: account.credentialsOf });

  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { path, query } = requestTarget(message.url ?? "/");
    const sentHash = message.headers["x-amz-content-sha256"];
    const payloadHash = typeof sentHash === "string" ? sentHash : "UNSIGNED-PAYLOAD";
    const claim = await verify({ message, path, query, payloadHash });
    const single = Object.fromEntries(Object.entries(query).map(([name, value]) => [name, [value].flat().at(-1)]));
    const request = { message, response, query: single, ...bucketAndKey(path) };
    const caller = account.callerOf(claim.accessKeyId);
    refuseWithoutRight(request, { caller, claim, find: (bucket, key) => opened.get(bucket)?.get(key) });
    if (request.key === "" && message.method === "PUT") return createBucket(request, opened, create);
    if (isListBuckets(request)) return listBuckets(request, opened);
    const bucket = opened.get(request.bucket);
    if (!bucket) throw noSuchBucket();
    if (isDeleteObjects(request)) return deleteObjects(request, bucket, deletionDenial(request, { caller, claim }));
    if (request.key === "") return answerForBucket(request, bucket);
    const source = message.method === "PUT" ? copySourceOf(request) : undefined;
    return source ? copyObject(request, source, (name) => opened.get(name)) : answerForObject(request, bucket);
  };

  const server = createServer((message, response) => {
    response.setHeader("x-amz-request-id", randomUUID());
    answer(message, response).catch((error) => writeError(asAwsError(error, onLog), message, response));
  });
  return listenOnLoopback(server, port, door);
}

/** A presigned link is its own permission, wherever it was clicked; and the Host is part of every signature. */
const door: Door = { linked: (url) => /[?&]X-Amz-Signature=/.test(url), anyPort: true };

async function createBucket(
  { bucket, response }: S3Request,
  opened: ReadonlyMap<string, BucketOnDisk>,
  create: (name: string) => Promise<unknown>,
): Promise<void> {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes("..")) {
    throw new AwsError(400, "InvalidBucketName", "The specified bucket is not valid.");
  }
  if (opened.has(bucket)) throw new AwsError(409, "BucketAlreadyOwnedByYou", "You own this bucket already.");
  await create(bucket);
  response.writeHead(200, { location: `/${bucket}` }).end();
}

async function answerForBucket(request: S3Request, bucket: BucketOnDisk): Promise<void> {
  const { message, response } = request;
  if (message.method === "HEAD") response.writeHead(200).end();
  else if (isList(request)) listObjects(request, bucket);
  else throw notImplemented("This operation on a bucket");
}

async function answerForObject(request: S3Request, bucket: BucketOnDisk): Promise<void> {
  const { message, key, response, query } = request;
  const subresource = ["acl", "uploads", "uploadId", "versionId", "attributes"].find((name) => name in query);
  if (subresource) throw notImplemented(`The subresource ${subresource}`);
  if ("tagging" in query) return answerForTags(request, bucket);
  if (message.method === "PUT") return putObject(request, bucket);
  if (message.method === "GET" || message.method === "HEAD") return getObject(request, bucket);
  if (message.method !== "DELETE") throw new AwsError(405, "MethodNotAllowed", "The method is not allowed.");
  await bucket.remove(key);
  response.writeHead(204).end();
}

async function answerForTags(request: S3Request, bucket: BucketOnDisk): Promise<void> {
  if (request.message.method === "PUT") return putTags(request, bucket);
  if (request.message.method === "GET") return getTags(request, bucket);
  throw notImplemented("This operation on tags");
}

function writeError(error: AwsError, message: IncomingMessage, response: ServerResponse): void {
  if (response.headersSent || response.destroyed) {
    response.destroy(); // the caller must not take a part for the whole
    return;
  }
  const { status, code, message: text } = error;
  message.resume(); // an upload that was refused early is read to its end, or its sender sees a reset and no answer
  const body = message.method === "HEAD" ? "" : xml("Error", { Code: code, Message: text });
  response.writeHead(status, { "content-type": "application/xml" }).end(body);
}

function asAwsError(error: unknown, onLog: (line: string) => void): AwsError {
  if (error instanceof AwsError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  onLog(
    isDiskFull(error)
      ? `A file cannot be kept: the disk is full (${reason}). Make room, then try again.`
      : `S3: ${reason}`,
  );
  return new AwsError(500, "InternalError", "We encountered an internal error. Please try again.");
}
