import { GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { ExportOnceNeeds } from "../core/export-once.ts";
import type { Claim } from "../core/idempotency.ts";
import { isS3Error, withS3 } from "./s3-failure.ts";

interface Bucket {
  readonly s3: S3Client;
  readonly bucket: string;
}

/** Claims of idempotency keys in the bucket: S3's conditional write decides who was first. */
export function idempotencyClaims({ s3, bucket }: Bucket): ExportOnceNeeds["claims"] {
  const put = (Key: string, claim: Claim, condition: { IfNoneMatch?: "*" } = {}) =>
    new PutObjectCommand({
      Bucket: bucket,
      Key,
      Body: JSON.stringify(claim),
      ContentType: "application/json",
      ...condition,
    });

  return {
    read: (Key, { signal }) =>
      withS3("The Idempotency-Key could not be looked up", async (): Promise<Claim | undefined> => {
        try {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }), { abortSignal: signal });
          return JSON.parse((await Body?.transformToString()) ?? "");
        } catch (error) {
          if (isS3Error(error, "NoSuchKey")) return undefined;
          throw error;
        }
      }),
    create: (Key, claim, { signal }) =>
      withS3("The Idempotency-Key could not be claimed", async () => {
        try {
          await s3.send(put(Key, claim, { IfNoneMatch: "*" }), { abortSignal: signal });
          return true;
        } catch (error) {
          if (isS3Error(error, "PreconditionFailed", "ConditionalRequestConflict")) return false;
          throw error;
        }
      }),
    async update(Key, claim, { signal }) {
      await withS3("The Idempotency-Key could not be freed", () => s3.send(put(Key, claim), { abortSignal: signal }));
    },
  };
}
