import type { S3Client } from "@aws-sdk/client-s3";
import type { OnceNeeds } from "../core/export-once.ts";
import { createJson, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

/** Claims of idempotency keys in the bucket: S3's conditional write decides who was first. */
export function idempotencyClaims(where: { s3: S3Client; bucket: string }): OnceNeeds["claims"] {
  return {
    read: (key, deadline) => withS3("The Idempotency-Key could not be looked up", () => readJson(where, key, deadline)),
    create: (key, claim, deadline) =>
      withS3("The Idempotency-Key could not be claimed", () => createJson(where, key, claim, deadline)),
    update: (key, claim, deadline) =>
      withS3("The Idempotency-Key could not be freed", () => writeJson(where, key, claim, deadline)),
  };
}
