import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Export } from "../../../api/export.ts";
import { exportLeases, idempotencyClaims, quotaNotes, runOrders } from "../../../lambdas/adapters/s3/coordination.ts";
import { exportFiles } from "../../../lambdas/adapters/s3/export-files.ts";
import { exportHistory, exportRecords } from "../../../lambdas/adapters/s3/export-records.ts";
import { nameNotes, watchNotes } from "../../../lambdas/adapters/s3/notes.ts";
import { takeLease } from "../../../lambdas/core/exports/export-lease.ts";
import { claimObjectKey, exportOnce, requestHash } from "../../../lambdas/core/exports/idempotency.ts";
import { leaseKey, namesKey, quotaKey, recordKey, watchNoteKey } from "../../../lambdas/core/exports/keys.ts";
import { type FaultyS3, settings, startFaultyS3 } from "../../e2e/faulty-s3.ts";
import { putAll } from "../../local/put-all.ts";
import { inPagesOf } from "../../local/small-pages.ts";
import { clockAt, exportsIn } from "../../ports.ts";
import { reportedCases } from "../../reported/reported-cases.ts";
import { withinMs } from "../toggl/client.ts";

let server: FaultyS3;
let where: { s3: S3Client; bucket: string };
let directory: string;
const never = /^never$/;

beforeAll(async () => {
  server = await startFaultyS3();
  const s3 = new S3Client({
    ...settings,
    endpoint: server.env.AWS_ENDPOINT_URL_S3 ?? "",
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  where = { s3: inPagesOf(10, s3), bucket: "exports" };
  await s3.send(new CreateBucketCommand({ Bucket: where.bucket }));
  directory = await mkdtemp(join(tmpdir(), "conditional-"));
});
afterAll(async () => {
  where.s3.destroy();
  await server.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => server.break(never, "reset", 0));

const soon = () => withinMs(20_000);
const put = (Key: string, Body: string) =>
  where.s3.send(new PutObjectCommand({ Bucket: where.bucket, Key, Body: Buffer.from(Body) }));
const textOf = async (Key: string) => {
  const { Body } = await where.s3.send(new GetObjectCommand({ Bucket: where.bucket, Key }));
  return Body?.transformToString();
};

const clock = clockAt(Date.now);
const leasePorts = () => ({ coordination: { leases: exportLeases(where) }, clock });
const oncePorts = () => ({ coordination: { claims: idempotencyClaims(where) }, exports: exportsIn(), clock });

let exports = 0;
const newExport = (more: object = {}) =>
  ({
    id: `01KAT4${String(exports++).padStart(20, "0")}`,
    status: "queued",
    workspace_id: 1,
    report: "trends/projects",
    format: "csv",
    parameters: {},
    requested_by: "http",
    created_at: "2026-11-03T05:00:00Z",
    ...more,
  }) as Export;

describe("a record", () => {
  it("that says running is not called queued again", async () => {
    const running = newExport({ status: "running" });
    await exportRecords(where).write(running, soon());
    await exportRecords(where).create({ ...running, status: "queued" }, soon());
    expect(await exportRecords(where).find(1, running.id, soon())).toEqual(running);
  });

  it("is written where there is none", async () => {
    const queued = newExport();
    await exportRecords(where).create(queued, soon());
    expect(await exportRecords(where).find(1, queued.id, soon())).toEqual(queued);
  });
});

describe("a file", () => {
  const body = "a,b\n1,2\n";
  const publish = async (key: string, hashed = body) => {
    const path = join(directory, "file");
    await writeFile(path, body);
    const sha256 = createHash("sha256").update(hashed).digest("hex");
    return exportFiles(where).publish(
      path,
      {
        key,
        bytes: body.length,
        sha256,
        content_type: "text/csv",
        asked_at: "2026-11-03T05:00:00.000Z",
        expires: false,
      },
      soon(),
    );
  };

  it("never takes the place of another", async () => {
    await put("exports/taken.csv", "theirs");
    await expect(publish("exports/taken.csv")).rejects.toMatchObject({ kind: "storage_unavailable" });
    expect(await textOf("exports/taken.csv")).toBe("theirs");
  });

  it("that is not what its hash says is refused by S3", async () => {
    await expect(publish("exports/damaged.csv", "a,b\n1,3\n")).rejects.toMatchObject({ kind: "storage_unavailable" });
  });

  it("is there after a conflict", async () => {
    server.break(/^PUT .*\/exports\//, { answer: [409, "ConditionalRequestConflict"] }, 2);
    await publish("exports/conflict.csv");
    expect(await textOf("exports/conflict.csv")).toBe(body);
    expect(server.seen()).toBe(3);
  });
});

const conflict = { answer: [409, "ConditionalRequestConflict"] } as const;
const kindOf = (error: { kind?: string }) => error.kind ?? String(error);
reportedCases("A conflict of a conditional write is no answer: it is tried again", [
  {
    name: "a lease",
    before: "taken by nobody: wait a second, for ever",
    right: true,
    async now() {
      server.break(/^PUT .*\/leases\//, conflict, 3);
      return exportLeases(where).create(newExport().id, 1, { until: 1 }, soon());
    },
  },
  {
    name: "a lease that another run took meanwhile",
    before: "false",
    right: [false, { number: 1, lease: { until: 2 } }],
    async now() {
      const { id } = newExport();
      await exportLeases(where).create(id, 1, { until: 2 }, soon());
      server.break(/^PUT .*\/leases\//, conflict, 1);
      const isTaken = await exportLeases(where).create(id, 1, { until: 1 }, soon());
      return [isTaken, await exportLeases(where).latest(id, soon())];
    },
  },
  {
    name: "conflicts without end",
    before: "taken by nobody",
    right: "storage_unavailable",
    async now() {
      server.break(/^PUT .*\/leases\//, conflict, 100);
      return exportLeases(where).create(newExport().id, 1, { until: 1 }, soon()).catch(kindOf);
    },
  },
  {
    name: "a claim of an Idempotency-Key",
    before: "asked again without end, or the key stands for another request",
    right: "made",
    async now() {
      server.break(/^PUT .*\/idempotency\//, conflict, 2);
      const order = newExport();
      const request = { key: "conflict", order, make: async () => "made", answerWith: () => undefined };
      return exportOnce(request, soon(), oncePorts());
    },
  },
  {
    name: "a record",
    before: "not written, without a word",
    right: "queued",
    async now() {
      server.break(/^PUT .*\/records\//, conflict, 2);
      const queued = newExport();
      await exportRecords(where).create(queued, soon());
      return (await exportRecords(where).find(1, queued.id, soon()))?.status;
    },
  },
  {
    name: "the hour to ask for names",
    before: "nobody asks in this hour",
    right: true,
    async now() {
      server.break(/^PUT .*\/coordination\/names\//, conflict, 2);
      return nameNotes(where).claimHour(1, "2026-11-03T05", soon());
    },
  },
  {
    name: "what a run makes",
    before: "(new)",
    right: true,
    async now() {
      server.break(/^PUT .*\/runs\//, conflict, 2);
      const order = { workspace_id: 1, report: "trends/projects", parameters: {}, exports: [] } as const;
      return runOrders(where).create("coordination/runs/monthly/x.json", order, soon());
    },
  },
]);

const damages = ["", '{"half', "null", "5", '"text"', "[]", "{}", '{"until":"soon","spent_until":"soon"}', "\0\0\0"];
const everyDamage = async <T>(tryOne: (damage: string) => Promise<T>) => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const results = new Set<string>();
  for (const damage of damages) results.add(JSON.stringify(await tryOne(damage).catch(kindOf)) ?? "undefined");
  const logged = vi.mocked(console.error).mock.calls.length;
  vi.restoreAllMocks();
  return [...results, `${logged} logged`].join("; ");
};
const logged = `${damages.length} logged`;
reportedCases("A damaged note stops nothing else", [
  {
    name: "a lease",
    before: "storage_unavailable, or nobody can take it any more",
    right: `"taken"; ${logged}`,
    now: () =>
      everyDamage(async (damage) => {
        const { id } = newExport();
        await put(leaseKey(id, 1), damage);
        const held = { until: Date.now() + 1000, deadline: soon() };
        return "release" in (await takeLease(id, held, leasePorts())) ? "taken" : "held";
      }),
  },
  {
    name: "a note that a quota is spent",
    before: "storage_unavailable for all exports of the token",
    right: `undefined; ${logged}`,
    now: () =>
      everyDamage(async (damage) => {
        await put(quotaKey("toggl/acme"), damage);
        return quotaNotes(where, new Map([[1, "toggl/acme"]])).spentUntil(1, soon());
      }),
  },
  {
    name: "a claim of an Idempotency-Key",
    before: "storage_unavailable for two days, or a request without end",
    right: `"made"; ${logged}`,
    now: () =>
      everyDamage(async (damage) => {
        const order = newExport();
        const key = `damaged ${order.id}`;
        await put(claimObjectKey(1, key, 1), damage);
        const request = { key, order, make: async () => "made", answerWith: () => undefined };
        return exportOnce(request, withinMs(3000), oncePorts());
      }),
  },
  {
    name: "a claim of an Idempotency-Key from a day in the far future",
    before: "in use for ever",
    right: "made",
    now: async () => {
      const order = newExport();
      const key = `future ${order.id}`;
      const claim = { export_id: order.id, request_sha256: requestHash(order), claimed_at: 9_999_999_999_999 };
      await put(claimObjectKey(1, key, 1), JSON.stringify(claim));
      const request = { key, order, make: async () => "made", answerWith: () => undefined };
      return exportOnce(request, withinMs(3000), oncePorts());
    },
  },
  {
    name: "since when a schedule is the way it is",
    before: "nobody watches any schedule",
    right: `undefined; ${logged}`,
    now: () =>
      everyDamage(async (damage) => {
        await put(watchNoteKey("monthly"), damage);
        return watchNotes(where).read("monthly", soon());
      }),
  },
  {
    name: "a workspace's names",
    before: "storage_unavailable",
    right: `undefined; ${logged}`,
    now: () =>
      everyDamage(async (damage) => {
        await put(namesKey(1), damage);
        return nameNotes(where).read(1, soon());
      }),
  },
  {
    name: "what a run makes",
    before: "(new)",
    right: `undefined; ${logged}`,
    now: () =>
      everyDamage(async (damage) => {
        await put("coordination/runs/damaged.json", damage);
        return runOrders(where).read("coordination/runs/damaged.json", soon());
      }),
  },
  {
    name: "a lease until a day in the far future",
    before: "held, and with it all exports of the token",
    right: ["taken", "taken", "held"],
    now: () =>
      Promise.all(
        ["9999999999999999", "1e999", String(Date.now() + 14 * 60_000)].map(async (until) => {
          const { id } = newExport();
          await put(leaseKey(id, 1), `{"until":${until}}`);
          const held = { until: Date.now() + 1000, deadline: soon() };
          return "release" in (await takeLease(id, held, leasePorts())) ? "taken" : "held";
        }),
      ),
  },
  {
    name: "what a run makes, with an export that is none",
    before: "read, then a TypeError each time",
    right: `undefined; 3 logged`,
    now: async () => {
      vi.spyOn(console, "error").mockImplementation(() => {});
      const key = "coordination/runs/no-export.json";
      const read = new Set<string>();
      for (const exports of [[null], [{}], [{ id: newExport().id, days: null }]]) {
        await put(key, JSON.stringify({ workspace_id: 1, report: "trends/projects", parameters: {}, exports }));
        read.add(String(await runOrders(where).read(key, soon())));
      }
      const lines = vi.mocked(console.error).mock.calls.length;
      vi.restoreAllMocks();
      return `${[...read]}; ${lines} logged`;
    },
  },
  {
    name: "names of which nobody knows what comes next",
    before: "taken as names",
    right: "undefined",
    now: async () => {
      vi.spyOn(console, "error").mockImplementation(() => {});
      await put(namesKey(2), '{"projects":{},"users":{},"due":{"list":"clients","page":1}}');
      const found = await nameNotes(where).read(2, soon());
      vi.restoreAllMocks();
      return String(found);
    },
  },
  {
    name: "a record of the history that is no object",
    before: "500 for null",
    right: `0; ${damages.length - 2} logged`,
    now: async () => {
      const bad = damages.filter((damage) => !damage.startsWith("{") || damage === '{"half');
      vi.spyOn(console, "error").mockImplementation(() => {});
      for (const damage of bad) await put(recordKey(77, newExport().id), damage);
      const { exports: found } = await exportHistory(where).page({ workspaceId: 77, limit: 100 }, soon());
      const lines = vi.mocked(console.error).mock.calls.length;
      vi.restoreAllMocks();
      return `${found.length}; ${lines} logged`;
    },
  },
]);

it("reads a list of several pages to its end: the lease after them can be taken", async () => {
  const { id } = newExport();
  const ended = Array.from({ length: 25 }, (_, at): [string, string] => [
    leaseKey(id, at + 1),
    '{"until":1,"isOver":true}',
  ]);
  await putAll(where.s3, where.bucket, ended);
  const held = { until: Date.now() + 60_000, deadline: withinMs(60_000) };
  expect(await takeLease(id, held, leasePorts())).toHaveProperty("release");
  expect(await exportLeases(where).latest(id, soon())).toMatchObject({ number: 26 });
  expect(await takeLease(id, held, leasePorts())).toEqual({ heldUntil: held.until }); // and by one alone
});

it("finds the last of several attempts of a key, though 10 sorts before 2", async () => {
  const claim = { export_id: "x", request_sha256: "y", claimed_at: 1, failed: true };
  for (const attempt of [1, 2, 9, 10, 11]) await put(claimObjectKey(1, "many", attempt), JSON.stringify(claim));
  expect(await idempotencyClaims(where).latest(1, "many", soon())).toEqual({ attempt: 11, claim });
  expect(await idempotencyClaims(where).latest(2, "many", soon())).toBeUndefined();
});
