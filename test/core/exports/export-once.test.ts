import { beforeEach, describe, expect, it } from "vitest";
import type { Export, SucceededExport } from "../../../api/export.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { isPublished } from "../../../lambdas/core/exports/export.ts";
import {
  attemptOf,
  claimObjectKey,
  exportOnce,
  idempotencyKey,
  type OncePorts,
} from "../../../lambdas/core/exports/idempotency.ts";
import type { Claim } from "../../../lambdas/core/ports/coordination.ts";
import { clockAt } from "../../ports.ts";

const order = { workspace_id: 1, report: "trends/projects", format: "csv", parameters: { billable: true } } as const;

const published: SucceededExport = {
  ...order,
  id: "",
  status: "succeeded",
  requested_by: "http",
  created_at: "2026-11-02T06:00:01Z",
  completed_at: "2026-11-02T06:00:04Z",
  file: { bucket: "bucket", key: "key", bytes: 1, sha256: "", content_type: "text/csv" },
};

let time: number;
let claims: Map<string, Claim | undefined>;
let reads: number;
let records: Map<string, Export>;
let downloads: number;
let fail: Error | undefined;

const ports: OncePorts = {
  coordination: {
    claims: {
      async latest() {
        reads++;
        const [objectKey] = [...claims.keys()].slice(-1);
        return objectKey === undefined ? undefined : { attempt: attemptOf(objectKey), claim: claims.get(objectKey) };
      },
      async create(objectKey, claim) {
        if (claims.has(objectKey)) return false;
        claims.set(objectKey, claim);
        return true;
      },
      update: async (objectKey, claim) => void claims.set(objectKey, claim),
    },
  },
  exports: {
    async find(_, id) {
      reads++;
      return records.get(id);
    },
  },
  clock: clockAt(() => time, {
    async sleep(milliseconds) {
      time += milliseconds;
    },
  }),
};
/** The ports with these claims. */
const claiming = (claims: Partial<OncePorts["coordination"]["claims"]>): OncePorts => {
  return { ...ports, coordination: { claims: { ...ports.coordination.claims, ...claims } } };
};

const make = async (id: string): Promise<Export> => {
  downloads++;
  if (fail) throw fail;
  const made = { ...published, id };
  records.set(id, made);
  return made;
};
const answerWith = (found: Export) => (isPublished(found) ? found : undefined);

const deadline = (milliseconds = 25_000): Deadline => {
  const endsAt = time + milliseconds;
  return { signal: new AbortController().signal, remainingMs: () => Math.max(0, endsAt - time) };
};
const run = (key = "key") => exportOnce({ key, order, make, answerWith }, deadline(), ports);

/** What an attempt leaves that was killed after it had claimed the key: its export's id. */
const killedAttempt = async (): Promise<string> => {
  fail = new Error("killed");
  const update = () => Promise.reject(fail);
  await exportOnce({ key: "key", order, make, answerWith }, deadline(), claiming({ update })).catch(() => {});
  fail = undefined;
  return [...claims.values()].at(-1)?.export_id ?? "";
};

beforeEach(() => {
  time = 1_000_000_000_000;
  claims = new Map();
  reads = 0;
  records = new Map();
  downloads = 0;
  fail = undefined;
});

describe("a key", () => {
  it("gives the export that it stands for", async () => {
    const first = await run();
    expect(await run()).toEqual(first);
    expect(downloads).toBe(1);
  });

  it("is free again at once after a failure", async () => {
    fail = new Error("no");
    await expect(run()).rejects.toBe(fail);
    fail = undefined;
    const startedAt = time;
    expect((await run()).status).toBe("succeeded");
    expect(time).toBe(startedAt);
  });

  it("is refused for another request", async () => {
    await run();
    const other = { ...order, parameters: { billable: false } };
    await expect(exportOnce({ key: "key", order: other, make, answerWith }, deadline(), ports)).rejects.toMatchObject({
      kind: "idempotency_key_reused",
      message: expect.stringContaining("stands for another request"),
    });
  });

  it("that somebody else claimed a moment before gives that one's export", async () => {
    const create: OncePorts["coordination"]["claims"]["create"] = async (objectKey, claim) => {
      claims.set(objectKey, { ...claim, export_id: "theirs" });
      records.set("theirs", { ...published, id: "theirs" });
      return false;
    };
    const made = await exportOnce({ key: "key", order, make, answerWith }, deadline(), claiming({ create }));
    expect(made.id).toBe("theirs");
    expect(downloads).toBe(0);
  });

  it("is in use while an attempt may still be running, and free once it must be dead", async () => {
    await killedAttempt();
    await expect(run()).rejects.toMatchObject({ kind: "idempotency_key_in_use", retryAfterSeconds: 5 });
    time += 10_000;
    expect((await run()).status).toBe("succeeded");
    expect(downloads).toBe(2);
  });

  it("stays in use as long as its export is in the queue", async () => {
    const id = await killedAttempt();
    records.set(id, { ...published, id, status: "deferred", file: undefined } as unknown as Export);
    time += 3_600_000;
    await expect(run()).rejects.toMatchObject({ kind: "idempotency_key_in_use" });
  });

  it("is free again once its export in the queue has failed for good", async () => {
    const id = await killedAttempt();
    records.set(id, { ...published, id, status: "failed", file: undefined } as unknown as Export);
    expect((await run()).id).not.toBe(id);
  });

  it("gives the export of an attempt that was killed after its record was written", async () => {
    const id = await killedAttempt();
    records.set(id, { ...published, id });
    expect((await run()).id).toBe(id);
    expect(downloads).toBe(1);
  });
});

it("gets no second export when attempts fail half-way: the next one goes on with the same id", async () => {
  const begun: [string, boolean][] = [];
  const failing = async (id: string, isFirst: boolean) => {
    begun.push([id, isFirst]);
    throw new Error("the record could not be written");
  };
  const request = { key: "key", order, answerWith };
  for (let attempt = 0; attempt < 3; attempt++) {
    time += 1000;
    await expect(exportOnce({ ...request, make: failing }, deadline(), ports)).rejects.toThrow("the record");
  }
  expect((await run()).id).toBe(begun[0]?.[0]);
  expect(new Set(begun.map(([id]) => id)).size).toBe(1);
  expect(begun.map(([, isFirst]) => isFirst)).toEqual([true, false, false]);
  expect(claims.size).toBe(4); // one each, so that two who come at once do not both go on
});

it("reads as much after many failed attempts as after one", async () => {
  const readsAfter = async (attempts: number) => {
    claims.clear();
    fail = new Error("no");
    for (let attempt = 0; attempt < attempts; attempt++) await run().catch(() => {});
    fail = undefined;
    reads = 0;
    await run();
    return reads;
  };
  expect(await readsAfter(1)).toBe(2);
  expect(await readsAfter(20)).toBe(2);
});

it("passes over a claim that nobody can read", async () => {
  claims.set(claimObjectKey(1, "key", 1), undefined);
  expect((await run()).status).toBe("succeeded");
  expect([...claims.keys()]).toEqual([claimObjectKey(1, "key", 1), claimObjectKey(1, "key", 2)]);
});

it("gives up in time when somebody else is always faster", async () => {
  const create = async () => false;
  const latest = async () => {
    time += 1000;
    return undefined;
  };
  const hurried = claiming({ create, latest });
  const endless = exportOnce({ key: "key", order, make, answerWith }, deadline(), hurried);
  await expect(endless).rejects.toMatchObject({ kind: "idempotency_key_in_use" });
  expect(downloads).toBe(0);
});

it.each(["", " x", "x".repeat(256), "tab\tbed", "ü"])("%j is no key", (header) => {
  expect(() => idempotencyKey(header)).toThrow(/Idempotency-Key must be 1 to 255/);
});

it("names the key that is in use and says what to do", async () => {
  await killedAttempt();
  await expect(run()).rejects.toThrow("Idempotency-Key key is still under way. Wait for it");
});
