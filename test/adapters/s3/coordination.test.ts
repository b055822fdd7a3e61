import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ScheduleRun } from "../../../api/schedule.ts";
import {
  completedRuns,
  exportLeases,
  idempotencyClaims,
  quotaNotes,
  runOrders,
} from "../../../lambdas/adapters/s3/coordination.ts";
import { currentFiles } from "../../../lambdas/adapters/s3/current-files.ts";
import { createJson } from "../../../lambdas/adapters/s3/json-objects.ts";
import { nameNotes, projectNames, watchNotes } from "../../../lambdas/adapters/s3/notes.ts";
import { claimObjectKey } from "../../../lambdas/core/exports/idempotency.ts";
import {
  acceptedColumnsKey,
  completedRunKey,
  leaseKey,
  namesClaimKey,
  namesKey,
  quotaKey,
  runKey,
  watchNoteKey,
} from "../../../lambdas/core/exports/keys.ts";
import { withinMs } from "../toggl/client.ts";
import { type FaultyBucket, logOf, startFaultyBucket } from "./faulty-bucket.ts";

let bucket: FaultyBucket;
beforeAll(async () => {
  bucket = await startFaultyBucket();
});
afterAll(() => bucket.close());
beforeEach(() => bucket.server.break(/^never$/, "reset", 0));

const soon = () => withinMs(20_000);
const id = "01KAT4XJ5Q8Z3V7C2B9N0M6R1T";
const occurrence = "2026-11-03T06:00:00Z";
const order = { workspace_id: 7, report: "trends/projects", parameters: {}, exports: [] } as const;
const names = { projects: { 1: "One" }, users: {}, due: { list: "projects", page: 1 } } as const;

describe("what functions write down for each other is read as it was written", () => {
  it("claims of an Idempotency-Key, the last of several", async () => {
    const claims = idempotencyClaims(bucket.store);
    expect(await claims.latest(7, "key", soon())).toBeUndefined();
    for (const attempt of [1, 2]) {
      const claim = { export_id: id, request_sha256: "00", claimed_at: attempt };
      expect(await claims.create(claimObjectKey(7, "key", attempt), claim, soon())).toBe(true);
      expect(await claims.create(claimObjectKey(7, "key", attempt), claim, soon())).toBe(false);
      expect(await claims.latest(7, "key", soon())).toEqual({ attempt, claim });
    }
    const failed = { export_id: id, request_sha256: "00", claimed_at: 2, failed: true };
    await claims.update(claimObjectKey(7, "key", 2), failed, soon());
    expect(await claims.latest(7, "key", soon())).toEqual({ attempt: 2, claim: failed });
  });

  it("leases, the last of several", async () => {
    const leases = exportLeases(bucket.store);
    expect(await leases.latest(id, soon())).toBeUndefined();
    expect(await leases.create(id, 1, { until: 5 }, soon())).toBe(true);
    expect(await leases.create(id, 1, { until: 6 }, soon())).toBe(false);
    await leases.update(id, 1, { until: 5, isOver: true }, soon());
    expect(await leases.latest(id, soon())).toEqual({ number: 1, lease: { until: 5, isOver: true } });
    await leases.create(id, 2, { until: 7 }, soon());
    expect(await leases.latest(id, soon())).toEqual({ number: 2, lease: { until: 7 } });
  });

  it("what runs make, and the newest of them", async () => {
    const orders = runOrders(bucket.store);
    const [first, second] = [occurrence, "2026-12-03T06:00:00Z"].map((one) => ({
      schedule: "monthly",
      occurrence: one,
    }));
    const keyOf = (run = { schedule: "", occurrence }) => runKey(run);
    expect(await orders.newest("monthly", undefined, soon())).toBeUndefined();
    expect(await orders.create(keyOf(first), order, soon())).toBe(true);
    expect(await orders.create(keyOf(first), { ...order, workspace_id: 8 }, soon())).toBe(false);
    expect(await orders.read(keyOf(first), soon())).toEqual(order);
    expect(await orders.newest("monthly", undefined, soon())).toEqual({ run: first, order });
    await orders.create(keyOf(second), { ...order, workspace_id: 8 }, soon());
    expect(await orders.newest("monthly", undefined, soon())).toEqual({
      run: second,
      order: { ...order, workspace_id: 8 },
    });
    expect(await orders.newest("monthly", occurrence, soon())).toMatchObject({ run: second });
    expect(await orders.newest("monthly", second?.occurrence, soon())).toBeUndefined();
    await bucket.put(keyOf(second), "{}");
    const log = await logOf(async () => expect(await orders.newest("monthly", undefined, soon())).toBeUndefined());
    expect(log).toHaveLength(1);
  });

  it("what runs came to", async () => {
    const completed = completedRuns(bucket.store);
    expect(await completed.read("monthly", occurrence, soon())).toBeUndefined();
    const run = { occurrence, exports: [] as ScheduleRun["exports"] } as ScheduleRun;
    await completed.write("monthly", run, soon());
    expect(await completed.read("monthly", occurrence, soon())).toEqual(run);
    expect(await completed.read("other", occurrence, soon())).toBeUndefined();
  });

  it("until when a quota is spent, for all workspaces of a token", async () => {
    const secrets = new Map([
      [7, "toggl/acme"],
      [8, "toggl/acme"],
    ]);
    const quota = quotaNotes(bucket.store, secrets);
    expect(await quota.spentUntil(7, soon())).toBeUndefined();
    await quota.noteSpent(7, 1_800_000_000_000, soon());
    await quota.noteSpent(9, 5, soon());
    expect(await Promise.all([7, 8, 9, 10].map((workspace) => quota.spentUntil(workspace, soon())))).toEqual([
      1_800_000_000_000,
      1_800_000_000_000,
      5,
      undefined,
    ]);
  });

  it("names, and who has the hour to ask for more", async () => {
    const notes = nameNotes(bucket.store);
    expect(await notes.read(7, soon())).toBeUndefined();
    for (const list of ["projects", "users"] as const) {
      await notes.write(7, { ...names, due: { list, page: 2 } }, soon());
      expect(await notes.read(7, soon())).toEqual({ ...names, due: { list, page: 2 } });
    }
    expect(await notes.claimHour(7, "2026-11-03T05", soon())).toBe(true);
    expect(await notes.claimHour(7, "2026-11-03T05", soon())).toBe(false);
    expect(await bucket.textOf(namesClaimKey(7, "2026-11-03T05"))).toBe('{"hour":"2026-11-03T05"}\n');
    expect((await bucket.headersOf(namesClaimKey(7, "2026-11-03T05"))).type).toBe("application/json");
  });

  it("since when a schedule is the way it is", async () => {
    const watches = watchNotes(bucket.store);
    expect(await watches.read("monthly", soon())).toBeUndefined();
    const note = { rule: "cron(0 6 3 * ? *)", since: occurrence };
    await watches.write("monthly", note, soon());
    expect(await watches.read("monthly", soon())).toEqual(note);
  });
});

const notes: [
  what: string,
  key: string,
  read: () => Promise<unknown>,
  whenDamaged: unknown,
  sound: object,
  damaged: object[],
][] = [
  [
    "The claim of an Idempotency-Key",
    claimObjectKey(7, "d", 1),
    () => idempotencyClaims(bucket.store).latest(7, "d", soon()),
    { attempt: 1, claim: undefined },
    { export_id: "x", request_sha256: "y", claimed_at: 1 },
    [
      { request_sha256: "y", claimed_at: 1 },
      { export_id: "x", claimed_at: 1 },
      { export_id: "x", request_sha256: "y", claimed_at: "1" },
      { claimed_at: 1 },
    ],
  ],
  [
    "A lease",
    leaseKey("d", 3),
    () => exportLeases(bucket.store).latest("d", soon()),
    { number: 3, lease: { until: 0, isOver: true } },
    { until: 5 },
    [{}, { until: "5" }],
  ],
  [
    "What a run makes",
    "coordination/runs/d.json",
    () => runOrders(bucket.store).read("coordination/runs/d.json", soon()),
    undefined,
    order,
    [{}, { ...order, exports: {} }],
  ],
  [
    "What a run came to",
    completedRunKey("d", occurrence),
    () => completedRuns(bucket.store).read("d", occurrence, soon()),
    undefined,
    { occurrence, exports: [] },
    [{ occurrence }, { exports: [] }, { occurrence, exports: "none" }],
  ],
  [
    "A note on quota",
    quotaKey("7"),
    () => quotaNotes(bucket.store, new Map()).spentUntil(7, soon()),
    undefined,
    { spent_until: 5 },
    [{}, { spent_until: "5" }],
  ],
  [
    "A workspace's names",
    namesKey(9),
    () => nameNotes(bucket.store).read(9, soon()),
    undefined,
    names,
    [
      { ...names, projects: null },
      { ...names, users: "none" },
      { ...names, users: undefined },
      { ...names, due: undefined },
      { ...names, due: { list: "clients", page: 1 } },
    ],
  ],
  [
    "A schedule's note",
    watchNoteKey("d"),
    () => watchNotes(bucket.store).read("d", soon()),
    undefined,
    { rule: "", since: occurrence },
    [{ rule: "" }, { rule: 1, since: occurrence }, { rule: "", since: "once" }, { since: occurrence }],
  ],
];

describe.each(notes)("%s", (what, key, read, whenDamaged, sound, damaged) => {
  it("is read where it is whole", async () => {
    await bucket.put(key, JSON.stringify(sound));
    expect(await logOf(async () => expect(await read()).not.toEqual(whenDamaged))).toEqual([]);
  });

  it.each([...damaged.map((one) => JSON.stringify(one)), "[]", "null", "7", '{"half'])(
    "that is damaged is named in the log, and counts as none: %s",
    async (text) => {
      await bucket.put(key, text);
      expect(await logOf(async () => expect(await read()).toEqual(whenDamaged))).toEqual([
        { level: "ERROR", message: `${what} is damaged and was left out`, key },
      ]);
    },
  );
});

it("takes accepted columns only where each entry has some", async () => {
  const whole = { workspace_id: 7, format: "csv", columns: ["Client"] } as const;
  const { accept, accepted } = currentFiles(bucket.store);
  await accept("monthly", [whole], soon());
  expect(await accepted("monthly", soon())).toEqual([whole]);
  await bucket.put(acceptedColumnsKey("monthly"), JSON.stringify({ accepted: [whole, { workspace_id: 7 }] }));
  const message = "What columns were accepted is damaged and was left out";
  const log = await logOf(async () => expect(await accepted("monthly", soon())).toEqual([]));
  expect(log).toEqual([{ level: "ERROR", message, key: acceptedColumnsKey("monthly") }]);
});

describe("names for a file", () => {
  it("are what is known, or none", async () => {
    await nameNotes(bucket.store).write(11, names, soon());
    expect(await projectNames(bucket.store)(11, soon())).toEqual({ 1: "One" });
    expect(await projectNames(bucket.store)(12, soon())).toEqual({});
  });

  it.each([
    ["refuses", { answer: [403, "AccessDenied"] }, 5000, "S3: AccessDenied"],
    ["says nothing", "stall", 20, "the time was up"],
  ] as const)("are none where S3 %s, which is logged", async (_, fault, patienceMs, reason) => {
    bucket.server.break(/^GET .*\/names\//, fault, Number.POSITIVE_INFINITY);
    const log = await logOf(async () => expect(await projectNames(bucket.store, patienceMs)(11, soon())).toEqual({}));
    const cause = `Failure: The names could not be read (${reason}).`;
    expect(log).toEqual([{ level: "ERROR", message: "A file goes without names", workspaceId: 11, cause }]);
  });
});

describe("a conditional write", () => {
  const write = (key: string) => createJson(bucket.store, key, {}, soon());

  it("is tried again after a conflict, four times in all", async () => {
    bucket.server.break(/^PUT /, { answer: [409, "ConditionalRequestConflict"] }, 3);
    expect(await write("coordination/three")).toBe(true);
    expect(bucket.server.seen()).toBe(4);
    bucket.server.break(/^PUT /, { answer: [409, "ConditionalRequestConflict"] }, 5);
    await expect(write("coordination/five")).rejects.toThrow();
    expect(bucket.server.seen()).toBe(4);
  });

  it("is not tried again after anything else", async () => {
    bucket.server.break(/^PUT /, { answer: [403, "AccessDenied"] }, 5);
    await expect(write("coordination/denied")).rejects.toThrow();
    expect(bucket.server.seen()).toBe(1);
  });
});
