import type { S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../../core/deadline.ts";
import type { ExportLeases, Lease } from "../../core/exports/export-lease.ts";
import { attemptOf, type Claim, claimPrefix, type OnceNeeds } from "../../core/exports/idempotency.ts";
import { leaseKey, leaseNumber, leasePrefix, quotaKey, warningKey } from "../../core/exports/keys.ts";
import type { QuotaNotes } from "../../core/toggl/quota-note.ts";
import { createJson, listKeys, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-client.ts";

const isClaim = {
  what: "The claim of an Idempotency-Key",
  fits: ({ export_id, request_sha256, claimed_at }: Partial<Claim>) =>
    typeof export_id === "string" && typeof request_sha256 === "string" && typeof claimed_at === "number",
};

/** Claims of idempotency keys in the bucket: S3's conditional write decides who was first. */
export function idempotencyClaims(store: { s3: S3Client; bucket: string }): OnceNeeds["claims"] {
  return {
    latest: (workspaceId, key, deadline) =>
      withS3("The Idempotency-Key could not be looked up", async () => {
        const keys = await listKeys(store, claimPrefix(workspaceId, key), deadline);
        if (keys.length === 0) return undefined;
        const latest = keys.reduce((one, other) => (attemptOf(other) > attemptOf(one) ? other : one));
        return { attempt: attemptOf(latest), claim: await readJson<Claim>(store, latest, deadline, isClaim) };
      }),
    create: (key, claim, deadline) =>
      withS3("The Idempotency-Key could not be claimed", () => createJson(store, key, claim, deadline)),
    update: (key, claim, deadline) =>
      withS3("The Idempotency-Key could not be freed", () => writeJson(store, key, claim, deadline)),
  };
}

/** A lease that nobody can read holds nobody up; its number stays taken. */
const damaged: Lease = { until: 0, isOver: true };

const isLease = { what: "A lease", fits: ({ until }: Partial<Lease>) => typeof until === "number" };

/** Leases in the bucket: S3's conditional write decides who has one. */
export function exportLeases(store: { s3: S3Client; bucket: string }): ExportLeases {
  return {
    latest: (exportId, deadline) =>
      withS3("The export's lease could not be looked up", async () => {
        const key = (await listKeys(store, leasePrefix(exportId), deadline)).at(-1);
        if (key === undefined) return undefined;
        const lease = await readJson<Lease>(store, key, deadline, isLease);
        return { number: leaseNumber(key), lease: lease ?? damaged };
      }),
    create: (exportId, number, lease, deadline) =>
      withS3("The export's lease could not be taken", () =>
        createJson(store, leaseKey(exportId, number), lease, deadline),
      ),
    update: (exportId, number, lease, deadline) =>
      withS3("The export's lease could not be given back", () =>
        writeJson(store, leaseKey(exportId, number), lease, deadline),
      ),
  };
}

interface QuotaNotesNeeds {
  readonly store: { s3: S3Client; bucket: string };
  /** Workspace id to the name of its secret: the quota is the token's, whatever the workspace. */
  readonly secrets: ReadonlyMap<number, string>;
}

interface QuotaNote {
  /** Milliseconds since 1970. */
  readonly spent_until: number;
}

const isNote = { what: "A note on quota", fits: (note: Partial<QuotaNote>) => typeof note.spent_until === "number" };

/** Notes in the bucket that a token's quota is spent, so that no run asks in vain to find out. */
export function quotaNotes({ store, secrets }: QuotaNotesNeeds): QuotaNotes {
  const keyOf = (workspaceId: number) => quotaKey(secrets.get(workspaceId) ?? String(workspaceId));
  return {
    spentUntil: (workspaceId, deadline) =>
      withS3("The quota could not be looked up", async () => {
        const note = await readJson<QuotaNote>(store, keyOf(workspaceId), deadline, isNote);
        return note?.spent_until;
      }),
    noteSpent: (workspaceId, spent_until, deadline) =>
      withS3("The quota could not be noted", () => writeJson(store, keyOf(workspaceId), { spent_until }, deadline)),
  };
}

/** A report must not wait longer than that for a bucket that does not answer. */
const maxClaimMs = 2000;

/** Notes in the bucket of what Toggl warned of and on which day: S3's conditional write decides who announces it. */
export function claimWarning(store: { s3: S3Client; bucket: string }, patienceMs = maxClaimMs) {
  return (day: string, hash: string, deadline: Deadline): Promise<boolean> => {
    const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(patienceMs)]);
    return createJson(store, warningKey(day, hash), {}, { ...deadline, signal });
  };
}
