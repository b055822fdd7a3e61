import { beforeEach, describe, expect, it } from "vitest";
import type { Deadline } from "../../lambdas/core/deadline.ts";
import { mostAttempts } from "../../lambdas/core/deferral.ts";
import type { Export } from "../../lambdas/core/export.ts";
import type { Lease } from "../../lambdas/core/export-lease.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { type RunExportNeeds, runExport } from "../../lambdas/core/run-export.ts";
import type { ExportJob } from "../../lambdas/core/scheduled-exports.ts";

const job: ExportJob = {
  id: "01KAT400000000000000000000",
  workspace_id: 1,
  report: "trends/projects",
  format: "csv",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
  requested_by: "schedule",
  schedule: "monthly",
  occurrence: "2026-11-03T05:00:00Z",
  isRefresh: false,
};

const hour = 3_600_000;
let time: number;
let record: Export | undefined;
let leases: Lease[];
let published: string[];
let announced: Export[];
let asked: number;
let toggl: () => Promise<{ quota_remaining?: number; quota_resets_at?: string }>;
let spentUntil: number | undefined;
let broken: Partial<RunExportNeeds>;

const report = { path: "", bytes: 1, sha256: "aa", warnings: [], discard: async () => {} };

const needs = (): RunExportNeeds => ({
  now: () => time,
  random: () => 0,
  leases: {
    latest: async () => {
      const lease = leases.at(-1);
      return lease && { number: leases.length, lease };
    },
    async create(_, number, lease) {
      if (leases.length >= number) return false;
      leases.push(lease);
      return true;
    },
    update: async (_, number, lease) => void leases.splice(number - 1, 1, lease),
  },
  findExport: async () => record,
  writeRecord: async (made) => {
    record = made;
  },
  announce: async (made) => void announced.push(made),
  downloadReport: async () => {
    asked++;
    return { ...report, toggl: { requests: 1, ...(await toggl()) } };
  },
  publish: async (_, file) => {
    published.push(file.key);
    return { bucket: "bucket", ...file };
  },
  findPublished: async (key) => {
    if (!published.includes(key)) return undefined;
    const file = { bucket: "bucket", key, bytes: 1, sha256: "aa", content_type: "text/csv" };
    return { ...report, file, toggl: { requests: 0 } };
  },
  findEarlier: async () => undefined,
  fetchFile: async () => ({ path: "", discard: async () => {} }),
  rowsBefore: async () => undefined,
  compareFiles: async () => ({ added: 0, removed: 0, changed: 0 }),
  quota: {
    spentUntil: async () => spentUntil,
    noteSpent: async (_, until) => {
      spentUntil = until;
    },
  },
  logFailure: () => {},
  ...broken,
});

const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 60_000 };
const run = (sentAt = time) =>
  runExport(job, { sentAt, until: time + 300_000, requestId: "7f1c", working: deadline, recording: deadline }, needs());

const failing = (kind: ConstructorParameters<typeof Failure>[0], retryAfterSeconds?: number) => async () => {
  throw new Failure(kind, "no", { retryAfterSeconds });
};
/** A run that is ended at this point. */
const killedAt = async (point: keyof RunExportNeeds) => {
  broken = { [point]: () => new Promise(() => {}), leases: { ...needs().leases, update: () => new Promise(() => {}) } };
  await Promise.race([run(), new Promise((resolve) => setTimeout(resolve, 5))]);
  broken = {};
};

beforeEach(() => {
  time = Date.parse("2026-11-03T05:00:00Z");
  record = undefined;
  leases = [];
  published = [];
  announced = [];
  asked = 0;
  toggl = async () => ({});
  spentUntil = undefined;
  broken = {};
});

describe("an export in the background", () => {
  it("is made, recorded and told of", async () => {
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({
      status: "succeeded",
      attempts: 1,
      schedule: "monthly",
      event_sent_at: expect.any(String),
    });
    expect(record).not.toHaveProperty("isRefresh");
    expect(announced).toHaveLength(1);
    expect(leases).toEqual([{ until: expect.any(Number), isOver: true }]);
  });

  it("is left alone once it is made and told of", async () => {
    await run();
    expect(await run(time + hour)).toEqual({ kind: "settled" });
    expect([asked, announced.length, leases.length]).toEqual([1, 1, 1]);
  });

  it("is left alone while another run is at it, and looked at again when that one must have ended", async () => {
    await killedAt("publish");
    time += 100_000;
    expect(await run()).toEqual({ kind: "again", afterSeconds: 200, wait: true });
    time += 200_000;
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded", attempts: 2 });
  });

  it("is left alone if another run takes the lease a moment before", async () => {
    broken = { leases: { ...needs().leases, create: async () => false } };
    expect(await run()).toEqual({ kind: "again", afterSeconds: 1, wait: true });
    expect(asked).toBe(0);
  });

  it("takes over the file of a run that was ended after publishing it", async () => {
    broken = {
      async writeRecord(made) {
        if (made.status === "succeeded") await new Promise(() => {});
        record = made;
      },
    };
    await Promise.race([run(), new Promise((resolve) => setTimeout(resolve, 5))]);
    broken = {};
    time += 300_000;
    await run();
    expect(record).toMatchObject({ status: "succeeded", attempts: 2 });
    expect([asked, published.length]).toEqual([1, 1]);
  });

  it("stays made when the event cannot be sent, and is told of later", async () => {
    broken = { announce: async () => Promise.reject(new Error("no bus")) };
    await expect(run()).rejects.toThrow("no bus");
    expect(record).toMatchObject({ status: "succeeded" });
    broken = {};
    expect(await run()).toEqual({ kind: "settled" });
    expect([asked, announced.length]).toEqual([1, 1]);
  });

  it("fails for good when every attempt was ended", async () => {
    for (let attempt = 1; attempt <= mostAttempts; attempt++) {
      await killedAt("publish");
      time += 300_000;
    }
    expect(record).toMatchObject({ status: "running", attempts: mostAttempts });
    expect(await run()).toEqual({ kind: "exhausted" });
    expect(record).toMatchObject({ status: "failed", attempts: mostAttempts, problem: { code: "internal_error" } });
    expect(asked).toBe(mostAttempts);
  });

  it("is tried again after what may pass, later each time, and given up after five attempts", async () => {
    toggl = failing("toggl_unavailable");
    for (const afterSeconds of [15, 30, 60, 120]) {
      expect(await run()).toEqual({ kind: "again", afterSeconds, wait: false });
      expect(record).toMatchObject({
        status: "queued",
        problem: { code: "toggl_unavailable", instance: "urn:uuid:7f1c" },
      });
    }
    expect(await run()).toEqual({ kind: "exhausted" });
    expect(announced.map(({ status }) => status)).toEqual(["failed"]);
  });

  it("counts what nobody expected as an attempt too", async () => {
    toggl = async () => Promise.reject(new TypeError("oh"));
    expect(await run()).toMatchObject({ kind: "again" });
    expect(record).toMatchObject({ problem: { code: "internal_error", detail: expect.not.stringContaining("oh") } });
  });

  it("fails at once of what will not pass, and is made anew only when it is asked for again", async () => {
    toggl = failing("toggl_feature_required");
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "failed", completed_at: "2026-11-03T05:00:00Z", attempts: 1 });
    toggl = async () => ({});
    expect(await run(time)).toEqual({ kind: "settled" }); // the same message, delivered twice
    expect([asked, announced.length]).toEqual([1, 1]);
    expect(await run(time + 1)).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(record).not.toHaveProperty("problem");
  });
});

describe("a spent quota", () => {
  it("defers without counting, however often", async () => {
    toggl = failing("toggl_quota_exhausted", 1800);
    for (let round = 0; round < 3 * mostAttempts; round++) {
      expect(await run()).toEqual({ kind: "again", afterSeconds: 1801, wait: true });
      expect(record).toMatchObject({ status: "deferred", attempts: 0, resumes_at: "2026-11-03T05:30:01Z" });
    }
    toggl = async () => ({});
    await run();
    expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(record).not.toHaveProperty("resumes_at");
  });

  it("is noted when the last request was answered, and nothing is asked until it is back", async () => {
    toggl = async () => ({ quota_remaining: 0, quota_resets_at: "2026-11-03T05:20:00Z" });
    await run();
    expect(record?.status).toBe("succeeded");
    [record, published] = [undefined, []]; // the next export
    expect(await run()).toEqual({ kind: "again", afterSeconds: 1201, wait: true });
    expect(asked).toBe(1);
    time += 1_201_000;
    expect(await run()).toEqual({ kind: "settled" });
    expect(asked).toBe(2);
  });

  it("is no quota when some is left, or Toggl does not say until when", async () => {
    toggl = async () => ({ quota_remaining: 1, quota_resets_at: "2026-11-03T05:20:00Z" });
    await run();
    record = undefined;
    toggl = async () => ({ quota_remaining: 0 });
    await run();
    expect(spentUntil).toBeUndefined();
  });
});
