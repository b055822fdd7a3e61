import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Export, ExportFile } from "../../../api/export.ts";
import type { ManifestEntry } from "../../../api/manifest.ts";
import type { ScheduleRun } from "../../../api/schedule.ts";
import {
  completedRuns,
  exportLeases,
  idempotencyClaims,
  quotaNotes,
  runOrders,
} from "../../../lambdas/adapters/s3/coordination.ts";
import { currentFiles } from "../../../lambdas/adapters/s3/current-files.ts";
import { exportFiles } from "../../../lambdas/adapters/s3/export-files.ts";
import { exportHistory, exportRecords } from "../../../lambdas/adapters/s3/export-records.ts";
import { nameNotes, warningClaims, watchNotes } from "../../../lambdas/adapters/s3/notes.ts";
import { earlierFiles, publishedFiles } from "../../../lambdas/adapters/s3/published-files.ts";
import type { Bucket } from "../../../lambdas/adapters/s3/s3-client.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import type { NewFile } from "../../../lambdas/core/ports/exports.ts";
import { nothingKnown } from "../../../lambdas/core/toggl/names.ts";
import { withinMs } from "../toggl/client.ts";
import { type FaultyBucket, startFaultyBucket } from "./faulty-bucket.ts";

const id = "01KAT4XJ5Q8Z3V7C2B9N0M6R1T";
const record = { id, status: "queued", workspace_id: 7, report: "trends/projects", format: "csv" } as Export;
const file = { key: "exports/a.csv", bytes: 4, sha256: "00" } as ExportFile;
const newFile = { ...file, content_type: "text/csv", asked_at: "2026-11-03T05:00:00.000Z", expires: false } as NewFile;
const order = { workspace_id: 7, report: "trends/projects", parameters: {}, exports: [] } as const;
const run = { occurrence: "2026-11-03T06:00:00Z", status: "succeeded" } as ScheduleRun;
const manifest = { schedule: "monthly", entries: [] } as never;
const entry = { source_key: "exports/a.csv", key: "current/a.csv" } as ManifestEntry;
const claim = { export_id: id, request_sha256: "00", claimed_at: 1 };

type Call = (store: Bucket, deadline: Deadline) => Promise<unknown>;

/** What asks S3 for anything, and how a failure of it begins. */
const calls: [sentence: string, call: Call][] = [
  ["The Idempotency-Key could not be looked up", (at, by) => idempotencyClaims(at).latest(7, "key", by)],
  ["The Idempotency-Key could not be claimed", (at, by) => idempotencyClaims(at).create("c", claim, by)],
  ["The Idempotency-Key could not be freed", (at, by) => idempotencyClaims(at).update("c", claim, by)],
  ["The export's lease could not be looked up", (at, by) => exportLeases(at).latest(id, by)],
  ["The export's lease could not be taken", (at, by) => exportLeases(at).create(id, 1, { until: 1 }, by)],
  ["The export's lease could not be given back", (at, by) => exportLeases(at).update(id, 1, { until: 1 }, by)],
  ["The run could not be looked up", (at, by) => runOrders(at).read("r", by)],
  ["The run could not be written down", (at, by) => runOrders(at).create("r", order, by)],
  ["The runs could not be looked up", (at, by) => runOrders(at).newest("monthly", undefined, by)],
  ["The run could not be looked up", (at, by) => completedRuns(at).read("monthly", run.occurrence, by)],
  ["The run could not be noted", (at, by) => completedRuns(at).write("monthly", run, by)],
  ["The quota could not be looked up", (at, by) => quotaNotes(at, new Map()).spentUntil(7, by)],
  ["The quota could not be noted", (at, by) => quotaNotes(at, new Map()).noteSpent(7, 1, by)],
  ["The names could not be read", (at, by) => nameNotes(at).read(7, by)],
  ["The names could not be stored", (at, by) => nameNotes(at).write(7, nothingKnown, by)],
  ["The hour to ask for names could not be claimed", (at, by) => nameNotes(at).claimHour(7, "2026-11-03T05", by)],
  ["A schedule's note could not be read", (at, by) => watchNotes(at).read("monthly", by)],
  ["A schedule could not be noted", (at, by) => watchNotes(at).write("monthly", { rule: "", since: "" }, by)],
  ["The export could not be looked up", (at, by) => exportRecords(at).find(7, id, by)],
  ["The export could not be looked up", (at, by) => exportHistory(at).get(7, id, by)],
  ["The export could not be recorded", (at, by) => exportRecords(at).create(record, by)],
  ["The export could not be recorded", (at, by) => exportRecords(at).write(record, by)],
  ["The history could not be read", (at, by) => exportHistory(at).page({ workspaceId: 7, limit: 20 }, by)],
  ["The file could not be stored", (at, by) => exportFiles(at).publish("package.json", newFile, by)],
  ["The file could not be looked up", (at, by) => publishedFiles(at, 1000).findPublished("exports/a.csv", record, by)],
  ["The earlier file could not be read", (at, by) => earlierFiles(at).download(file, by)],
  ["The earlier file could not be looked up", (at, by) => earlierFiles(at).isThere(file, by)],
  ["The manifest could not be read", (at, by) => currentFiles(at).read("monthly", by)],
  ["The manifest could not be read", (at, by) => currentFiles(at).get("monthly", by)],
  ["The manifest could not be written", (at, by) => currentFiles(at).write(manifest, undefined, by)],
  ["The current file could not be put in its place", (at, by) => currentFiles(at).copy(entry, by)],
  ["The current files could not be listed", (at, by) => currentFiles(at).list("monthly", by)],
  ["What is current no more could not be deleted", (at, by) => currentFiles(at).remove(["current/a.csv"], by)],
  ["What is current no more could not be marked", (at, by) => currentFiles(at).mark(["current/a.csv"], "expires", by)],
  ["The accepted columns could not be read", (at, by) => currentFiles(at).accepted("monthly", by)],
  ["The columns could not be accepted", (at, by) => currentFiles(at).accept("monthly", [], by)],
];

let bucket: FaultyBucket;
beforeAll(async () => {
  bucket = await startFaultyBucket();
});
afterAll(() => bucket.close());

describe.each(calls)("%s", (sentence, call) => {
  it("where S3 refuses: with its own name of the error, and nothing else", async () => {
    bucket.server.break(/./, { answer: [403, "AccessDenied"] }, Number.POSITIVE_INFINITY);
    const failed = call(bucket.store, withinMs(20_000));
    const reason = /^The earlier file could not be looked/.test(sentence) ? "S3: Unknown" : "S3: AccessDenied"; // HEAD has no body
    await expect(failed).rejects.toMatchObject({ kind: "storage_unavailable", message: `${sentence} (${reason}).` });
  });

  it("when the time is up, without a request", async () => {
    bucket.server.break(/./, "reset", Number.POSITIVE_INFINITY);
    const over = { signal: AbortSignal.abort(), remainingMs: () => 0 };
    const message = `${sentence} (the time was up).`;
    await expect(call(bucket.store, over)).rejects.toMatchObject({ kind: "storage_unavailable", message });
    expect(bucket.server.seen()).toBe(0);
  });
});

describe("who first logs a warning", () => {
  const claimOf = (hash: string, patienceMs?: number) =>
    warningClaims(bucket.store, patienceMs).claim("2026-11-03", hash, withinMs(20_000));

  it("is one", async () => {
    bucket.server.break(/^never$/, "reset", 0);
    expect([await claimOf("5a"), await claimOf("5a")]).toEqual([true, false]);
  });

  it("does not wait for a bucket that does not answer", async () => {
    bucket.server.break(/./, "stall", Number.POSITIVE_INFINITY);
    await expect(claimOf("5b", 20)).rejects.toThrow();
  });
});
