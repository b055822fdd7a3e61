import { createHash, createHmac, type Hash, type Hmac, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsError } from "./aws-error.ts";
import type { Credentials } from "./credentials.ts";
import { type Claim, claimOf, timeOf } from "./signed-request.ts";

interface Service {
  /** The name that requests are signed for, such as `s3`. */
  readonly service: string;
  readonly region: string;
  /** Of the only one who may sign, or of whoever has a key. */
  readonly credentials: Credentials | ((accessKeyId: string) => Credentials | undefined);
}

/** A request as its signature sees it: the path as sent, the query decoded. */
interface ReceivedRequest {
  readonly message: IncomingMessage;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  /** Hexadecimal SHA-256 of the body, or what the service takes in its place. */
  readonly payloadHash: string;
}

const clockToleranceMs = 15 * 60_000;

/**
 * Checks signed requests and presigned links by signing them once more with the SDK's own signer.
 * The returned function gives what the signature claims, or throws the AwsError that AWS would answer with.
 */
export function signatureVerifier({ service, region, credentials }: Service) {
  const holderOf =
    typeof credentials === "function"
      ? credentials
      : (id: string) => (id === credentials.accessKeyId ? credentials : undefined);
  const signerOf = (holder: Credentials) =>
    new ReproducingSigner({
      service,
      region,
      credentials: { accessKeyId: holder.accessKeyId, secretAccessKey: holder.secretAccessKey },
      sha256: Sha256,
      uriEscapePath: service !== "s3", // S3 signs the path as it is sent, every other service escapes it once more
      applyChecksum: false,
    });

  return async (request: ReceivedRequest): Promise<Claim> => {
    const claim = claimOf(request.message, request.query);
    const holder = holderOf(claim.accessKeyId);
    if (!holder) {
      throw new AwsError(
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
      );
    }
    refuseOutOfTime(claim);
    if (claim.scope !== `${claim.date.slice(0, 8)}/${region}/${service}/aws4_request`) {
      throw new AwsError(400, "AuthorizationHeaderMalformed", `The scope must be for ${region}/${service}.`);
    }
    if (!sameText(claim.signature, await signerOf(holder).signatureOf(request, claim))) {
      throw new AwsError(403, "SignatureDoesNotMatch", "The signature we calculated does not match the one you sent.");
    }
    if (!sameText(claim.sessionToken ?? "", holder.sessionToken ?? "")) {
      throw new AwsError(400, "InvalidToken", "The provided token is malformed or otherwise invalid.");
    }
    return claim;
  };
}

/** Node's own SHA-256 as the SDK's signer takes it: an HMAC where it gets a key. */
class Sha256 {
  private readonly hash: Hash | Hmac;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = key === undefined ? createHash("sha256") : createHmac("sha256", bytesOf(key));
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error("The signer makes a new one for each digest.");
  }
}

function bytesOf(key: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof key === "string") return Buffer.from(key);
  return ArrayBuffer.isView(key) ? new Uint8Array(key.buffer, key.byteOffset, key.byteLength) : new Uint8Array(key);
}

/** The SDK's signer, told to sign what came instead of what it would send. */
class ReproducingSigner extends SignatureV4 {
  async signatureOf({ message, path, query, payloadHash }: ReceivedRequest, claim: Claim): Promise<string> {
    const request = { method: message.method ?? "", protocol: "http:", hostname: "", headers: {}, path };
    const headers = Object.fromEntries(claim.signedHeaders.map((name) => [name, headerText(message, name)]));
    const signed = Object.entries(query).filter(([name]) => name !== "X-Amz-Signature");
    const canonical = this.createCanonicalRequest(
      { ...request, query: Object.fromEntries(signed) },
      headers,
      payloadHash,
    );
    const text = await this.createStringToSign(claim.date, claim.scope, canonical, "AWS4-HMAC-SHA256");
    return this.sign(text, { signingDate: new Date(timeOf(claim.date)) });
  }
}

function headerText({ headersDistinct }: IncomingMessage, name: string): string {
  return (headersDistinct[name] ?? []).map((value) => value.trim().replaceAll(/\s+/g, " ")).join(",");
}

function refuseOutOfTime({ date, expiresSeconds }: Claim): void {
  const age = Date.now() - timeOf(date);
  if (expiresSeconds === undefined && Math.abs(age) > clockToleranceMs) {
    throw new AwsError(403, "RequestTimeTooSkewed", "The difference between the request time and ours is too large.");
  }
  if (expiresSeconds === undefined) return;
  if (age < -clockToleranceMs) throw new AwsError(403, "AccessDenied", "Request is not yet valid");
  if (age > expiresSeconds * 1000) throw new AwsError(403, "AccessDenied", "Request has expired");
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
