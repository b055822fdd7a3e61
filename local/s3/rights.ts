import type { Caller } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import type { Context } from "../aws/conditions.ts";
import { type Claim, timeOf } from "../aws/signed-request.ts";
import type { S3Request } from "./s3-request.ts";

interface Asking {
  readonly caller: Caller;
  readonly claim: Claim;
  /** Whether the bucket has an object. */
  readonly has: (key: string) => boolean;
}

const objectActions: Readonly<Record<string, string>> = {
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
  DELETE: "s3:DeleteObject",
};

/**
 * Has the caller's policies and the bucket's decide on a request: a presigned link counts as a call of its signer.
 * @throws AwsError `AccessDenied`; also for an object that is not there, if the caller may not list what there is
 */
export function refuseWithoutRight(request: S3Request, { caller, claim, has }: Asking): void {
  const { message, bucket, key, query } = request;
  const method = message.method ?? "";
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const signed = signatureContext(claim);
  if (key === "") {
    const listing = { "s3:prefix": query.prefix, "s3:delimiter": query.delimiter, "s3:max-keys": query["max-keys"] };
    demand(caller, method === "PUT" ? "s3:CreateBucket" : "s3:ListBucket", bucketArn, { ...signed, ...listing });
    return;
  }
  const action = objectActions[method];
  if (action === undefined) return; // S3 does not know the method
  demand(caller, action, `${bucketArn}/${key}`, signed);
  if (action === "s3:GetObject" && !has(key)) demand(caller, "s3:ListBucket", bucketArn, signed);
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
