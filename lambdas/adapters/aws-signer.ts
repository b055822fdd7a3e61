import { createHash, createHmac, type Hash, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import { awsCredentials, awsRegion } from "./environment.ts";

/** Signs requests to an AWS service by its name in signatures, such as `sqs`. */
export function awsSigner(service: string): SignatureV4 {
  return new SignatureV4({ service, region: awsRegion(), credentials: async () => awsCredentials(), sha256: Sha256 });
}

/** Node's own SHA-256 in the shape that the signer wants. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: unknown) {
    this.hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as Buffer);
  }
  update(data: Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error("The signer makes a new one each time.");
  }
}
