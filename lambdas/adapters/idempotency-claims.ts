import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import type { ExportOnceNeeds, StoredClaim } from "../core/export-once.ts";
import type { Claim } from "../core/idempotency.ts";
import { isS3Error, withS3 } from "./s3-failure.ts";

interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** Claims of idempotency keys in the bucket: S3's conditional writes decide who was first. */
export function idempotencyClaims({ s3, bucket }: Bucket): ExportOnceNeeds["claims"] {
  return {
    read: (Key, { signal }) =>
      withS3("The Idempotency-Key could not be looked up", async (): Promise<StoredClaim | undefined> => {
        try {
          const { Body, ETag = "" } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }), {
            abortSignal: signal,
          });
          return { claim: JSON.parse((await Body?.transformToString()) ?? ""), etag: ETag };
        } catch (error) {
          if (isS3Error(error, "NoSuchKey")) return undefined;
          throw error;
        }
      }),
    write: (Key, claim, replaced, deadline) =>
      withS3("The Idempotency-Key could not be claimed", () => put(Key, claim, replaced, deadline)),
  };

  async function put(Key: string, claim: Claim, replaced: string | undefined, { signal }: Deadline) {
    const condition = replaced === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaced };
    const body = { Body: JSON.stringify(claim), ContentType: "application/json" };
    const command = new PutObjectCommand({ Bucket: bucket, Key, ...body, ...condition });
    try {
      return (await s3.send(command, { abortSignal: signal })).ETag;
    } catch (error) {
      if (isS3Error(error, "PreconditionFailed", "ConditionalRequestConflict")) return undefined;
      throw error;
    }
  }
}
