import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { AwsError } from "./aws-error.ts";

/** What a signed request claims about its signature (AWS Signature Version 4). */
export interface Claim {
  readonly accessKeyId: string;
  /** Such as `20261102/eu-central-1/s3/aws4_request`. */
  readonly scope: string;
  /** When it was signed, such as `20261102T060000Z`. */
  readonly date: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** Seconds after `date` until which a presigned link works; a signed request has none. */
  readonly expiresSeconds?: number;
  /** Of whoever has assumed a role. */
  readonly sessionToken?: string | undefined;
}

type Query = Readonly<Record<string, string | string[]>>;

/**
 * The claim in the Authorization header or, for a presigned link, in the query.
 * @throws AwsError if there is none, or it is malformed
 */
export function claimOf({ headers }: IncomingMessage, query: Query): Claim {
  if (query["X-Amz-Signature"] !== undefined) return linkClaim(query);
  if (headers.authorization !== undefined) return headerClaim(headers.authorization, headers);
  throw new AwsError(403, "AccessDenied", "Access Denied: the request is not signed.");
}

const headerPattern =
  /^AWS4-HMAC-SHA256\s+Credential=([^/,]+)\/([^,\s]+)\s*,\s*SignedHeaders=([^,\s]+)\s*,\s*Signature=([0-9a-f]{64})$/;

function headerClaim(authorization: string, headers: IncomingHttpHeaders): Claim {
  const [, accessKeyId, scope, signedHeaders, signature] = headerPattern.exec(authorization) ?? [];
  const date = headers["x-amz-date"];
  if (!accessKeyId || !scope || !signedHeaders || !signature || typeof date !== "string" || !isDate(date)) {
    throw new AwsError(400, "AuthorizationHeaderMalformed", "The authorization header is malformed.");
  }
  const sessionToken = [headers["x-amz-security-token"]].flat()[0];
  return { accessKeyId, scope, date, signedHeaders: signedHeaders.split(";"), signature, sessionToken };
}

function linkClaim(query: Query): Claim {
  const text = (name: string) => {
    const value = query[name];
    if (typeof value !== "string") throw malformedQuery(`${name} must be given once`);
    return value;
  };
  if (text("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") throw malformedQuery("X-Amz-Algorithm is not supported");
  const [accessKeyId = "", ...scope] = text("X-Amz-Credential").split("/");
  const date = text("X-Amz-Date");
  if (!isDate(date)) throw malformedQuery("X-Amz-Date is malformed");
  const expires = text("X-Amz-Expires");
  if (!/^\d{1,6}$/.test(expires) || Number(expires) > 604_800) {
    throw malformedQuery("X-Amz-Expires must be between 0 and 604800 seconds");
  }
  return {
    accessKeyId,
    scope: scope.join("/"),
    date,
    signedHeaders: text("X-Amz-SignedHeaders").split(";"),
    signature: text("X-Amz-Signature"),
    expiresSeconds: Number(expires),
    ...(query["X-Amz-Security-Token"] !== undefined && { sessionToken: text("X-Amz-Security-Token") }),
  };
}

function malformedQuery(message: string): AwsError {
  return new AwsError(400, "AuthorizationQueryParametersError", `${message}.`);
}

function isDate(value: string): boolean {
  return /^\d{8}T\d{6}Z$/.test(value) && !Number.isNaN(timeOf(value));
}

/** Milliseconds since 1970 of such as `20261102T060000Z`. */
export function timeOf(date: string): number {
  return Date.parse(date.replace(/^(....)(..)(..T..)(..)(..Z)$/, "$1-$2-$3:$4:$5"));
}
