import type { Caller } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import type { Context } from "../aws/conditions.ts";
import { type Claim, timeOf } from "../aws/signed-request.ts";
import { copySourceOf } from "./copy-object.ts";
import type { S3Object, Tags } from "./s3-object.ts";
import { headerOf, isDeleteObjects, isListBuckets, type S3Request } from "./s3-request.ts";
import { headerTags } from "./tags.ts";

interface Asking {
  readonly caller: Caller;
  readonly claim: Claim;
  /** An object of any bucket. */
  readonly find: (bucket: string, key: string) => S3Object | undefined;
}

const objectActions: Readonly<Record<string, string>> = {
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
  DELETE: "s3:DeleteObject",
};

const tagActions: Readonly<Record<string, string>> = { GET: "s3:GetObjectTagging", PUT: "s3:PutObjectTagging" };

/**
 * Has the caller's policies and the bucket's decide on a request: a presigned link counts as a call of its signer.
 * @throws AwsError `AccessDenied`; also for an object that is not there, if the caller may not list what there is
 */
export function refuseWithoutRight(request: S3Request, asking: Asking): void {
  const { message, bucket, key, query } = request;
  const { caller, claim } = asking;
  const method = message.method ?? "";
  const signed = signatureContext(claim);
  if (isListBuckets(request)) {
    demand(caller, "s3:ListAllMyBuckets", "*", signed);
    return;
  }
  if (key === "") {
    if (isDeleteObjects(request)) return; // each key is decided on
    const listing = { "s3:prefix": query.prefix, "s3:delimiter": query.delimiter, "s3:max-keys": query["max-keys"] };
    demand(caller, method === "PUT" ? "s3:CreateBucket" : "s3:ListBucket", arnOf(bucket), { ...signed, ...listing });
    return;
  }
  const action = ("tagging" in query ? tagActions : objectActions)[method];
  if (action === undefined) return; // S3 does not know the method
  if (action === "s3:GetObject") demandReading(request, asking);
  else demand(caller, action, arnOf(bucket, key), signed);
  if (action === "s3:PutObject") demandForWriting(request, asking);
}

/** Why a caller may not delete an object of the request's bucket; undefined if it may. */
export function deletionDenial({ bucket }: S3Request, { caller, claim }: Pick<Asking, "caller" | "claim">) {
  return (key: string) => caller.denial("s3:DeleteObject", arnOf(bucket, key), signatureContext(claim));
}

function demandReading({ bucket, key }: { readonly bucket: string; readonly key: string }, asking: Asking): void {
  const { caller, claim, find } = asking;
  demand(caller, "s3:GetObject", arnOf(bucket, key), signatureContext(claim));
  if (!find(bucket, key)) demand(caller, "s3:ListBucket", arnOf(bucket), signatureContext(claim));
}

/** What a write needs besides the right to write: for its source, its tags and its condition. */
function demandForWriting(request: S3Request, asking: Asking): void {
  const { caller, claim, find } = asking;
  const signed = signatureContext(claim);
  const target = arnOf(request.bucket, request.key);
  const source = copySourceOf(request);
  if (source) demandReading(source, asking);
  const bringsTags = source?.withTags ? find(source.bucket, source.key)?.tags : undefined;
  if (source && hasTags(bringsTags)) demand(caller, "s3:GetObjectTagging", arnOf(source.bucket, source.key), signed);
  const setsTags = source?.withTags ? bringsTags : headerTags(request);
  if (hasTags(setsTags)) demand(caller, "s3:PutObjectTagging", target, signed);
  const ifMatch = headerOf(request, "if-match");
  if (ifMatch !== undefined && ifMatch !== "*") demand(caller, "s3:GetObject", target, signed); // it tells what is there
}

function hasTags(tags: Tags = {}): boolean {
  return Object.keys(tags).length > 0;
}

function arnOf(bucket: string, key?: string): string {
  return `arn:aws:s3:::${bucket}${key === undefined ? "" : `/${key}`}`;
}

function demand(caller: Caller, action: string, resource: string, context: Context): void {
  const denial = caller.denial(action, resource, context);
  if (denial !== undefined) throw new AwsError(403, "AccessDenied", denial);
}

function signatureContext({ date, expiresSeconds }: Claim): Context {
  const isLink = expiresSeconds !== undefined;
  return {
    "s3:authType": isLink ? "REST-QUERY-STRING" : "REST-HEADER",
    "s3:signatureversion": "AWS4-HMAC-SHA256",
    "s3:signatureAge": isLink ? String(Math.max(0, Date.now() - timeOf(date))) : undefined, // milliseconds, of links only
  };
}
