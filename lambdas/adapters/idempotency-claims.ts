import type { S3Client } from "@aws-sdk/client-s3";
import type { OnceNeeds } from "../core/export-once.ts";
import { attemptOf, type Claim, claimPrefix } from "../core/idempotency.ts";
import { createJson, listKeys, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

const isClaim = {
  what: "The claim of an Idempotency-Key",
  fits: ({ export_id, request_sha256, claimed_at }: Partial<Claim>) =>
    typeof export_id === "string" && typeof request_sha256 === "string" && typeof claimed_at === "number",
};

/** Claims of idempotency keys in the bucket: S3's conditional write decides who was first. */
export function idempotencyClaims(where: { s3: S3Client; bucket: string }): OnceNeeds["claims"] {
  return {
    latest: (workspaceId, key, deadline) =>
      withS3("The Idempotency-Key could not be looked up", async () => {
        const keys = await listKeys(where, claimPrefix(workspaceId, key), deadline);
        if (keys.length === 0) return undefined;
        const latest = keys.reduce((one, other) => (attemptOf(other) > attemptOf(one) ? other : one));
        return { attempt: attemptOf(latest), claim: await readJson<Claim>(where, latest, deadline, isClaim) };
      }),
    create: (key, claim, deadline) =>
      withS3("The Idempotency-Key could not be claimed", () => createJson(where, key, claim, deadline)),
    update: (key, claim, deadline) =>
      withS3("The Idempotency-Key could not be freed", () => writeJson(where, key, claim, deadline)),
  };
}
