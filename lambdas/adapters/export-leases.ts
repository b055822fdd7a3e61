import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { ExportLeases, Lease } from "../core/export-lease.ts";
import { leaseKey, leaseNumber, leasePrefix } from "../core/keys.ts";
import { createJson, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

/** Leases in the bucket: S3's conditional write decides who has one. */
export function exportLeases(where: { s3: S3Client; bucket: string }): ExportLeases {
  return {
    latest: (exportId, deadline) =>
      withS3("The export's lease could not be looked up", async () => {
        const command = new ListObjectsV2Command({ Bucket: where.bucket, Prefix: leasePrefix(exportId) });
        const { Contents = [] } = await where.s3.send(command, { abortSignal: deadline.signal });
        const key = Contents.at(-1)?.Key;
        const lease = key === undefined ? undefined : await readJson<Lease>(where, key, deadline);
        return key === undefined || !lease ? undefined : { number: leaseNumber(key), lease };
      }),
    create: (exportId, number, lease, deadline) =>
      withS3("The export's lease could not be taken", () =>
        createJson(where, leaseKey(exportId, number), lease, deadline),
      ),
    update: (exportId, number, lease, deadline) =>
      withS3("The export's lease could not be given back", () =>
        writeJson(where, leaseKey(exportId, number), lease, deadline),
      ),
  };
}
