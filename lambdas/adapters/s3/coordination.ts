import type { ScheduleRun } from "../../../api/schedule.ts";
import { attemptOf, claimPrefix } from "../../core/exports/idempotency.ts";
import {
  completedRunKey,
  leaseKey,
  leaseNumber,
  leasePrefix,
  occurrenceOf,
  quotaKey,
  runKey,
  runPrefix,
} from "../../core/exports/keys.ts";
import { isRunOrder, type RunOrder } from "../../core/exports/run-order.ts";
import type { Claim, Coordination, Lease } from "../../core/ports/coordination.ts";
import { createJson, listKeys, readJson, writeJson } from "./json-objects.ts";
import { type Bucket, withS3 } from "./s3-client.ts";

const isClaim = {
  what: "The claim of an Idempotency-Key",
  fits: ({ export_id, request_sha256, claimed_at }: Partial<Claim>) =>
    typeof export_id === "string" && typeof request_sha256 === "string" && typeof claimed_at === "number",
};

/** Claims of idempotency keys in the bucket: S3's conditional write decides who was first. */
export function idempotencyClaims(store: Bucket): Coordination["claims"] {
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
export function exportLeases(store: Bucket): Coordination["leases"] {
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

const isOrder = { what: "What a run makes", fits: isRunOrder };

/** What each run makes, written down in the bucket. */
export function runOrders(store: Bucket): Coordination["orders"] {
  return {
    read: (key, deadline) => withS3("The run could not be looked up", () => readJson(store, key, deadline, isOrder)),
    create: (key, order, deadline) =>
      withS3("The run could not be written down", () => createJson(store, key, order, deadline)),
    newest: (schedule, after, deadline) =>
      withS3("The runs could not be looked up", async () => {
        const noted = after && runKey({ schedule, occurrence: after });
        const key = (await listKeys(store, runPrefix(schedule), deadline, noted)).at(-1);
        const order = key === undefined ? undefined : await readJson<RunOrder>(store, key, deadline, isOrder);
        return key === undefined || !order ? undefined : { run: { schedule, occurrence: occurrenceOf(key) }, order };
      }),
  };
}

const isRun = {
  what: "What a run came to",
  fits: ({ occurrence, exports }: Partial<ScheduleRun>) => typeof occurrence === "string" && Array.isArray(exports),
};

/** Notes in the bucket of what was said of runs. */
export function completedRuns(store: Bucket): Coordination["completed"] {
  return {
    read: (schedule, occurrence, deadline) =>
      withS3("The run could not be looked up", () =>
        readJson(store, completedRunKey(schedule, occurrence), deadline, isRun),
      ),
    write: (schedule, run, deadline) =>
      withS3("The run could not be noted", () =>
        writeJson(store, completedRunKey(schedule, run.occurrence), run, deadline),
      ),
  };
}

interface QuotaNote {
  /** Milliseconds since 1970. */
  readonly spent_until: number;
}

const isNote = {
  what: "A note on quota",
  fits: (note: Partial<QuotaNote>) => typeof note.spent_until === "number",
};

/**
 * Notes in the bucket that a token's quota is spent, so that no run asks in vain to find out.
 * @param secrets workspace id to the name of its secret: the quota is the token's, whatever the workspace
 */
export function quotaNotes(store: Bucket, secrets: ReadonlyMap<number, string>): Coordination["quota"] {
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
