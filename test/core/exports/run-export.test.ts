import { beforeEach, describe, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { type Delivery, maxReceipts } from "../../../lambdas/core/exports/delivery.ts";
import { maxAttempts, maxWaits } from "../../../lambdas/core/exports/export-state.ts";
import { recordKey } from "../../../lambdas/core/exports/keys.ts";
import { announceLater, runExport } from "../../../lambdas/core/exports/run-export.ts";
import { Failure } from "../../../lambdas/core/failure.ts";
import type { Lease } from "../../../lambdas/core/ports/coordination.ts";
import { currentKey } from "../../../lambdas/core/schedules/manifest.ts";
import type { ExportJob } from "../../../lambdas/core/schedules/schedule.ts";
import { monthly, schedulesOf } from "../../handlers/answer.ts";
import { clockAt, currentIn, exportsIn, reportOf } from "../../ports.ts";

type RunPorts = Parameters<typeof runExport>[2];

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
let broken: {
  readonly exports?: Partial<RunPorts["exports"]>;
  readonly leases?: Partial<RunPorts["coordination"]["leases"]>;
  readonly queue?: RunPorts["queue"];
  readonly events?: RunPorts["events"];
};
let configured: Set<number>;
let schedules: RunPorts["configuration"]["schedules"];
let current: RunPorts["current"];
/** Content by key, below `exports/` and `current/`. */
let objects: Map<string, string>;
/** What retention may delete, and what it may not. */
let marks: Map<string, "expires" | "kept">;
let unsent: Export[];
let queuedEvents: string[];
let failures: Failure[];
let troubles: unknown[];
let writes: Export[];

const leasesOf: RunPorts["coordination"]["leases"] = {
  async latest() {
    const lease = leases.at(-1);
    return lease && { number: leases.length, lease };
  },
  async create(_, number, lease) {
    if (leases.length >= number) return false;
    leases.push(lease);
    return true;
  },
  update: async (_, number, lease) => void leases.splice(number - 1, 1, lease),
};

/** With what is broken of them. */
const ports = (): RunPorts => ({
  configuration: { workspaces: { has: (id) => configured.has(id) }, schedules },
  exports: exportsIn(new Map(), {
    find: async () => record,
    async write(made) {
      record = made;
      writes.push(made);
    },
    async publish(_, file) {
      published.push(file.key);
      objects.set(file.key, file.sha256);
      return { bucket: "bucket", ...file };
    },
    async findPublished(key) {
      if (!published.includes(key)) return undefined;
      const file = { bucket: "bucket", key, bytes: 1, sha256: "aa", content_type: "text/csv" };
      return { ...reportOf({ toggl: { requests: 0 } }), file, asked_at: "2026-11-03T05:00:00.000Z" };
    },
    ...broken.exports,
  }),
  current,
  toggl: {
    async report() {
      asked++;
      return reportOf({ sha256: "a".repeat(64), toggl: { requests: 1, ...(await toggl()) } });
    },
  },
  coordination: {
    leases: { ...leasesOf, ...broken.leases },
    quota: {
      spentUntil: async () => spentUntil,
      async noteSpent(_, until) {
        spentUntil = until;
      },
    },
  },
  queue: { sendEvent: async ({ id }) => void queuedEvents.push(id), ...broken.queue },
  events: { announce: async (made) => void announced.push(made), ...broken.events },
  clock: clockAt(() => time),
  log: {
    attemptFailed: (_, failure) => void failures.push(failure),
    error: (_, error) => void troubles.push(error),
    unsent: (made) => void unsent.push(made),
  },
});

const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 60_000 };
const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  sentAt: time,
  receipts: 1,
  until: time + 300_000,
  requestId: "7f1c",
  working: deadline,
  recording: deadline,
  ...more,
});
const run = (sentAt = time, more: Partial<Delivery> = {}) => runExport(job, delivery({ sentAt, ...more }), ports());

const failing = (kind: ConstructorParameters<typeof Failure>[0], retryAfterSeconds?: number) => async () => {
  throw new Failure(kind, "no", { retryAfterSeconds });
};
/** A run that is ended while it publishes. */
const killedWhilePublishing = async () => {
  const never = () => new Promise<never>(() => {});
  broken = { exports: { publish: never }, leases: { update: never } };
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
  configured = new Set([1]);
  schedules = new Map();
  [objects, marks] = [new Map(), new Map()];
  current = currentIn({ objects, marks });
  unsent = [];
  queuedEvents = [];
  failures = [];
  troubles = [];
  writes = [];
});

describe("an export in the background", () => {
  it("is made, recorded and announced", async () => {
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

  it("is left alone once it is made and announced", async () => {
    await run();
    expect(await run(time + hour)).toEqual({ kind: "settled" });
    expect([asked, announced.length, leases.length]).toEqual([1, 1, 1]);
  });

  it("is left alone while another run is at it, and looked at again when that one must have ended", async () => {
    await killedWhilePublishing();
    time += 100_000;
    expect(await run()).toEqual({ kind: "again", afterSeconds: 200, wait: true });
    time += 200_000;
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded", attempts: 2 });
  });

  it("is left alone if another run takes the lease a moment before", async () => {
    broken = { leases: { create: async () => false } };
    expect(await run()).toEqual({ kind: "again", afterSeconds: 1, wait: true });
    expect(asked).toBe(0);
  });

  it("takes over the file of a run that was ended after publishing it", async () => {
    const write = async (made: Export) => {
      if (made.status === "succeeded") await new Promise(() => {});
      record = made;
    };
    broken = { exports: { write } };
    await Promise.race([run(), new Promise((resolve) => setTimeout(resolve, 5))]);
    broken = {};
    time += 300_000;
    await run();
    expect(record).toMatchObject({ status: "succeeded", attempts: 2 });
    expect([asked, published.length]).toEqual([1, 1]);
  });

  it("fails for good when every attempt was ended", async () => {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      await killedWhilePublishing();
      time += 300_000;
    }
    expect(record).toMatchObject({ status: "running", attempts: maxAttempts });
    expect(await run()).toEqual({ kind: "exhausted" });
    expect(record).toMatchObject({ status: "failed", attempts: maxAttempts, problem: { code: "internal_error" } });
    expect(asked).toBe(maxAttempts);
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

  it("fails at once of what will not pass, and is made again only when it is asked for again", async () => {
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
    for (let waits = 1; waits <= 3 * maxAttempts; waits++) {
      expect(await run()).toEqual({ kind: "again", afterSeconds: 1801, wait: true });
      expect(record).toMatchObject({ status: "deferred", attempts: 0, waits, resumes_at: "2026-11-03T05:30:01Z" });
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

const day = 24 * hour;
const refusals = ["toggl_quota_exhausted", "toggl_rate_limited"] as const;

describe("waiting for Toggl", () => {
  it.each(refusals)("grows while Toggl goes on with %s, and is announced once", async (kind) => {
    toggl = failing(kind, 0);
    const waits: unknown[] = [];
    const sentAt = time;
    for (let round = 0; round < 7; round++) {
      const outcome = await run(sentAt);
      waits.push(outcome.kind === "again" && outcome.afterSeconds);
      time += 1000 * (waits.at(-1) as number);
    }
    expect(waits).toEqual([30, 60, 120, 300, 900, 900, 900]);
    expect(announced.map(({ status, waits: count }) => [status, count])).toEqual([["deferred", 1]]);
    expect(record).toMatchObject({ status: "deferred", attempts: 0, waits: 7, problem: { code: kind } });

    toggl = async () => ({}); // after 50 minutes
    expect(await run(sentAt)).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded", attempts: 1, waits: 7 });
    expect(record).not.toHaveProperty("problem");
    expect(announced.map(({ status }) => status)).toEqual(["deferred", "succeeded"]);
  });

  it.each(refusals)("ends after 24 waits for %s with a failed record, its problem and an event", async (kind) => {
    toggl = failing(kind, 0);
    const sentAt = time;
    for (let round = 0; round < maxWaits; round++) {
      expect(await run(sentAt)).toMatchObject({ kind: "again" });
      time += hour;
    }
    expect(await run(sentAt)).toEqual({ kind: "exhausted" });
    const detail = expect.stringContaining("waited 24 times and is given up");
    expect(record).toMatchObject({ status: "failed", waits: maxWaits, problem: { code: kind, detail } });
    expect(record).toMatchObject({ completed_at: expect.any(String), event_sent_at: expect.any(String) });
    expect(announced.map(({ status }) => status)).toEqual(["deferred", "failed"]);
    expect(asked).toBe(maxWaits + 1);

    toggl = async () => ({}); // moved back from the dead letters, it begins again
    time += 1000;
    expect(await run(time)).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded", attempts: 1 });
    expect(record).not.toHaveProperty("waits");
  });

  it("is announced again after something else came between", async () => {
    toggl = failing("toggl_rate_limited", 0);
    await run();
    toggl = failing("toggl_unavailable");
    await run();
    expect(record).toMatchObject({ status: "queued", waits: 1, attempts: 1 });
    toggl = failing("toggl_rate_limited", 0);
    expect(await run()).toEqual({ kind: "again", afterSeconds: 60, wait: true });
    expect(announced).toHaveLength(2);
  });

  it("goes on when the event about it cannot be sent", async () => {
    toggl = failing("toggl_rate_limited", 0);
    broken = { events: { announce: async () => Promise.reject(new Error("no bus")) } };
    expect(await run()).toEqual({ kind: "again", afterSeconds: 30, wait: true });
    expect(record).toMatchObject({ status: "deferred" });
    expect([unsent.length, queuedEvents.length]).toEqual([1, 0]); // the outcome has an event of its own
  });

  const lastSecond = 13 * day; // SQS keeps a message for 14 days; one of them is kept back
  it.each([
    ["toggl_quota_exhausted", 30],
    ["toggl_rate_limited", 30],
    ["toggl_unavailable", 15],
  ] as const)("ends before SQS ends the message, and the record says so: %s", async (kind, seconds) => {
    toggl = failing(kind, 0);
    expect(await run(time - lastSecond + seconds * 1000)).toMatchObject({ kind: "again", afterSeconds: seconds });
    record = undefined;
    expect(await run(time - lastSecond + seconds * 1000 - 1)).toEqual({ kind: "exhausted" });
    expect(record).toMatchObject({ status: "failed", problem: { code: kind }, event_sent_at: expect.any(String) });
  });

  it.each(["toggl_quota_exhausted", "toggl_rate_limited", "toggl_unavailable"] as const)(
    "ends before SQS moves the message away by itself: %s",
    async (kind) => {
      toggl = failing(kind, 0);
      expect(await run(time, { receipts: maxReceipts - 21 })).toMatchObject({ kind: "again" });
      record = undefined;
      expect(await run(time, { receipts: maxReceipts - 20 })).toEqual({ kind: "exhausted" });
      expect(record).toMatchObject({ status: "failed", problem: { code: kind } });
    },
  );

  it("is no reason not to try when little time is left", async () => {
    expect(await run(time - 13.9 * day, { receipts: maxReceipts - 1 })).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded" });
  });
});

describe("an event that cannot be sent", () => {
  beforeEach(() => {
    broken = { events: { announce: async () => Promise.reject(new Error("no bus")) } };
  });
  const later = (more: Partial<Delivery> = {}) => announceLater(job, delivery(more), ports());

  it("holds up no export: the record says so, and a message of its own sends it later", async () => {
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded", event_failed_at: "2026-11-03T05:00:00Z" });
    expect(record).not.toHaveProperty("event_sent_at");
    expect([unsent.length, queuedEvents]).toEqual([1, [job.id]]);

    broken = {};
    time += hour;
    expect(await later()).toEqual({ kind: "settled" });
    expect(announced.map(({ status }) => status)).toEqual(["succeeded"]);
    expect(announced[0]).toMatchObject({ file: { key: published[0] } });
    expect(record).toMatchObject({ status: "succeeded", event_sent_at: "2026-11-03T06:00:00Z" });
    expect(record).not.toHaveProperty("event_failed_at");
    expect(asked).toBe(1);
    expect(await later()).toEqual({ kind: "settled" });
    expect(announced).toHaveLength(1);
  });

  it("holds up no failed one either", async () => {
    toggl = failing("toggl_rejected");
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "failed", event_failed_at: expect.any(String) });
    broken = {};
    time += 1000;
    expect(await later()).toEqual({ kind: "settled" }); // and the failed export is not made again by it
    expect([asked, announced.map(({ status }) => status)]).toEqual([1, ["failed"]]);
    expect(record).toMatchObject({ status: "failed", event_sent_at: expect.any(String) });
  });

  it("is tried again later each time, until its message may wait no more", async () => {
    await run();
    const seconds = [];
    for (const receipts of [1, 2, 3, 4, 5, 6]) {
      const outcome = await later({ receipts });
      expect(outcome).toMatchObject({ kind: "again", wait: true });
      seconds.push(outcome.kind === "again" && outcome.afterSeconds);
    }
    expect(seconds).toEqual([30, 60, 120, 300, 900, 900]);
    expect(await later({ receipts: maxReceipts - 20 })).toEqual({ kind: "exhausted" });
    expect(await later({ sentAt: time - 13 * day })).toEqual({ kind: "exhausted" });
  });

  it("is left to the run that is making the export again", async () => {
    toggl = failing("toggl_rejected");
    await run();
    record = { ...(record as Export), status: "running" };
    broken = {};
    expect(await later()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "running" });
    expect(announced).toEqual([]);
  });

  it("waits while another run is at its export", async () => {
    await run();
    leases.push({ until: time + 60_000 });
    expect(await later()).toEqual({ kind: "again", afterSeconds: 60, wait: true });
  });

  it("is nothing for an export that is not there", async () => {
    expect(await later()).toEqual({ kind: "settled" });
    expect(writes).toEqual([]);
  });

  it("is sent with the run's own message where that comes again", async () => {
    await run();
    broken = {};
    expect(await run()).toEqual({ kind: "settled" });
    expect([asked, announced.length]).toEqual([1, 1]);
    expect(record).toMatchObject({ event_sent_at: expect.any(String) });
  });

  it("is not forgotten when even its message cannot be sent", async () => {
    broken = { ...broken, queue: { sendEvent: async () => Promise.reject(new Error("no queue")) } };
    expect(await run()).toEqual({ kind: "again", afterSeconds: 30, wait: false });
    expect(troubles).toHaveLength(1);
    broken = {};
    expect(await run()).toEqual({ kind: "settled" });
    expect([asked, announced.length]).toEqual([1, 1]);
  });
});

describe("what even the record cannot say", () => {
  it("has the message come again, later each time, and is logged", async () => {
    broken = { exports: { write: async () => Promise.reject(new Failure("storage_unavailable", "no")) } };
    const seconds = [];
    for (const receipts of [1, 2, 3, 4, 5, 6]) {
      const outcome = await run(time, { receipts });
      expect(outcome).toMatchObject({ kind: "again", wait: false });
      seconds.push(outcome.kind === "again" && outcome.afterSeconds);
    }
    expect(seconds).toEqual([30, 60, 120, 300, 900, 900]);
    expect(troubles).toHaveLength(6);
    expect(await run(time, { receipts: maxReceipts - 20 })).toEqual({ kind: "exhausted" });
  });
});

describe("a workspace that was removed after the export was asked for", () => {
  beforeEach(() => configured.clear());

  it("has it fail with a problem and an event, and asks Toggl for nothing", async () => {
    record = { ...job, status: "queued", created_at: "2026-11-03T04:59:00Z" };
    expect(await run()).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "failed", problem: { code: "workspace_not_configured" } });
    expect(record).toMatchObject({ created_at: "2026-11-03T04:59:00Z" });
    expect(announced.map(({ status }) => status)).toEqual(["failed"]);
    expect([asked, published]).toEqual([0, []]);
  });
});

describe("a file that may be there already", () => {
  const attempted = (more: object) =>
    ({ ...job, status: "queued", created_at: "2026-11-03T05:00:00Z", ...more }) as Export;

  it.each<[string, Export | undefined, number]>([
    ["that has no record yet", undefined, 0],
    ["that was queued and not tried yet", attempted({}), 0],
    ["that was tried before", attempted({ attempts: 1 }), 1],
    ["whose run was ended", attempted({ status: "running", attempts: 1 }), 1],
    ["that waited before it was tried", attempted({ status: "deferred", attempts: 0, waits: 1 }), 1],
  ])("is looked for only where an attempt can have left it: for one %s %j", async (_, before, expected) => {
    record = before;
    let looked = 0;
    const findPublished = async () => {
      looked++;
      return undefined;
    };
    broken = { exports: { findPublished } };
    expect(await run()).toEqual({ kind: "settled" });
    expect(looked).toBe(expected);
  });

  it("is announced once, though another run has done all between a look and the lease", async () => {
    await run();
    const done = record;
    let looked = 0;
    broken = { exports: { find: async () => (looked++ === 0 ? undefined : done) } };
    expect(await run()).toEqual({ kind: "settled" });
    expect([asked, announced.length, writes.at(-1)]).toEqual([1, 1, done]);
  });

  it("costs no lease where all is done and told", async () => {
    await run();
    const before = leases.length;
    expect(await run()).toEqual({ kind: "settled" });
    expect(leases).toHaveLength(before);
    expect(announced).toHaveLength(1);
  });
});

it("keeps what nobody expected as the cause for the log, and says nothing of it in the record", async () => {
  toggl = async () => {
    throw new TypeError("secret detail");
  };
  await run();
  expect(failures).toMatchObject([{ kind: "internal_error", cause: new TypeError("secret detail") }]);
  expect(record).toMatchObject({
    problem: { code: "internal_error", detail: expect.stringContaining("An unexpected error.") },
  });
  expect(JSON.stringify(record)).not.toContain("secret detail");
});

describe("a file of a schedule", () => {
  const place = currentKey("monthly", { workspace_id: 1, format: "csv", from_date: "2026-10-01" });
  const makes = { ...monthly, workspace_id: 1, report: job.report, parameters: {} };
  const expiring = () => [...marks].filter(([, mark]) => mark === "expires").map(([key]) => key);
  const runOf = (one: ExportJob) => {
    record = undefined;
    return runExport(one, delivery(), ports());
  };

  beforeEach(() => {
    schedules = schedulesOf(makes);
  });

  it("is current before it is announced, and does not expire", async () => {
    const seen: unknown[] = [];
    broken = { events: { announce: async () => void seen.push(objects.get(place)) } };
    expect(await runOf(job)).toEqual({ kind: "settled" });
    expect(seen).toEqual(["a".repeat(64)]);
    expect((await current.read("monthly", deadline)).manifest?.entries).toMatchObject([{ export_id: job.id }]);
    expect(expiring()).toEqual([]);
  });

  it("may expire with its record where a newer one is current", async () => {
    const newer = { ...job, id: "01KAT500000000000000000000", occurrence: "2026-11-03T06:00:00Z" };
    time += hour;
    await runOf(newer);
    time -= hour;
    expect(await runOf(job)).toEqual({ kind: "settled" });
    expect((await current.read("monthly", deadline)).manifest?.entries).toMatchObject([{ export_id: newer.id }]);
    expect(expiring().sort()).toEqual([published.at(-1), recordKey(1, job.id)].sort());
  });

  it("may expire with its record where the schedule is configured no more", async () => {
    schedules = new Map();
    expect(await runOf(job)).toEqual({ kind: "settled" });
    expect(objects.has(place)).toBe(false);
    expect(expiring().sort()).toEqual([published.at(-1), recordKey(1, job.id)].sort());
  });

  it("is no part of it where somebody asked for it by hand: it is neither current nor marked", async () => {
    const { schedule: _, occurrence: __, ...byHand } = job;
    expect(await runOf({ ...byHand, requested_by: "http" })).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "succeeded" });
    expect([objects.has(place), marks.size]).toEqual([false, 0]);
  });

  it("that failed changes nothing of what is current", async () => {
    toggl = failing("toggl_rejected");
    expect(await runOf(job)).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ status: "failed" });
    expect([objects.size, marks.size]).toEqual([0, 0]);
  });
});

describe("a file that is made of the JSON of its run", () => {
  const source: Export = { ...job, id: "01KAT300000000000000000000", format: "json", status: "queued", created_at: "" };
  const made = { ...job, madeFrom: source.id };
  const runWith = async (more: object | undefined) => {
    const records = new Map(more && [[source.id, { ...source, ...more } as Export]]);
    const find = async (_: number, id: string) => records.get(id);
    broken = { exports: { find } };
    return runExport(made, delivery(), ports());
  };
  const file = { bucket: "bucket", key: "exports/json", bytes: 2, sha256: "cc", content_type: "application/json" };

  it("asks Toggl for nothing where that is there", async () => {
    expect(await runWith({ status: "succeeded", completed_at: "", file })).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ id: job.id, status: "succeeded", file: { sha256: "bb" } });
    expect(asked).toBe(0);
  });

  it("fails as that one did, without asking Toggl the same again", async () => {
    const problem = { code: "toggl_rejected", detail: "Toggl does not take it." };
    expect(await runWith({ status: "failed", completed_at: "", problem })).toEqual({ kind: "settled" });
    expect(record).toMatchObject({ id: job.id, status: "failed", problem: { code: "toggl_rejected" } });
    expect([asked, published]).toEqual([0, []]);
  });

  it.each([undefined, { status: "queued" }, { status: "running", attempts: 1 }, { status: "deferred", waits: 1 }])(
    "asks Toggl itself while that one is not settled: %j",
    async (unsettled) => {
      expect(await runWith(unsettled)).toEqual({ kind: "settled" });
      expect(record).toMatchObject({ id: job.id, status: "succeeded", file: { sha256: "a".repeat(64) } });
      expect(asked).toBe(1);
    },
  );
});
