import type { S3Client } from "@aws-sdk/client-s3";
import type { ExportLeases, Lease } from "../core/export-lease.ts";
import { leaseKey, leaseNumber, leasePrefix } from "../core/keys.ts";
import { createJson, listKeys, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

/** A lease that nobody can read holds nobody up; its number stays taken. */
const damaged: Lease = { until: 0, isOver: true };

const isLease = { what: "A lease", fits: ({ until }: Partial<Lease>) => typeof until === "number" };

/** Leases in the bucket: S3's conditional write decides who has one. */
export function exportLeases(where: { s3: S3Client; bucket: string }): ExportLeases {
  return {
    latest: (exportId, deadline) =>
      withS3("The export's lease could not be looked up", async () => {
        const key = (await listKeys(where, leasePrefix(exportId), deadline)).at(-1);
        if (key === undefined) return undefined;
        const lease = await readJson<Lease>(where, key, deadline, isLease);
        return { number: leaseNumber(key), lease: lease ?? damaged };
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
