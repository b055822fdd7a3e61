import { beforeEach, describe, expect, it } from "vitest";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { noteQuota, refuseWhileSpent } from "../../../lambdas/core/toggl/quota-note.ts";
import { clockAt } from "../../ports.ts";

const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 1000 };
const now = Date.parse("2026-11-02T06:00:00Z");
const hour = 3_600_000;
let note: number | undefined;
let reads: number;

const quota = {
  async spentUntil() {
    reads++;
    return note;
  },
  async noteSpent(_: number, until: number) {
    note = until;
  },
};
const ports = { coordination: { quota }, clock: clockAt(() => now) };
const refusal = () => refuseWhileSpent(1, deadline, ports).catch((error) => error);
const noted = (toggl: object, found?: { until: number }) =>
  noteQuota(1, { requests: 1, ...toggl }, deadline, ports, found);

beforeEach(() => {
  note = undefined;
  reads = 0;
});

describe("a note that the quota is spent", () => {
  it.each([
    [now + 1, 1],
    [now + 1001, 2],
    [now + hour, 3600],
  ])("until %d keeps a run from asking, for whole seconds", async (until, retryAfterSeconds) => {
    note = until;
    expect(await refusal()).toMatchObject({ kind: "toggl_quota_exhausted", retryAfterSeconds });
  });

  it("says until when", async () => {
    note = now + hour;
    expect((await refusal()).message).toContain("It is back at 2026-11-02T07:00:00Z.");
  });

  it.each([undefined, 0, now - 1, now, now + hour + 1, now + 500 * hour, Number.NaN])(
    "until %s keeps nobody",
    async (until) => {
      note = until;
      expect(await refusal()).toEqual({ until: until ?? 0 });
    },
  );

  it("is made of an answer after which none remains", async () => {
    await noted({ quota_remaining: 0, quota_resets_at: "2026-11-02T06:30:00Z" });
    expect(note).toBe(now + hour / 2);
    expect(reads).toBe(0);
  });

  it("is neither made nor taken back where none remains until nobody knows when", async () => {
    note = now + 1000;
    await noted({ quota_remaining: 0 });
    expect(note).toBe(now + 1000);
  });

  it("is taken back by an answer that does not speak of the quota, or is not held to it", async () => {
    note = now + 1000;
    await noted({});
    expect(note).toBe(0);
  });

  it.each([now + 1, now + 500 * hour])(
    "until %d is taken back by an answer after which some remains",
    async (until) => {
      note = until;
      await noted({ quota_remaining: 1 });
      expect(note).toBe(0);
      expect(await refusal()).toEqual({ until: 0 });
    },
  );

  it.each([undefined, now, now - 1])("until %s need not be taken back", async (until) => {
    note = until;
    await noted({ quota_remaining: 1 });
    expect(note).toBe(until);
  });

  it("is not read twice by who has just read it", async () => {
    note = now + 500 * hour;
    await noted({ quota_remaining: 5 }, await refuseWhileSpent(1, deadline, ports));
    expect(note).toBe(0);
    expect(reads).toBe(1);
  });

  it("is not read twice either by who has just found none", async () => {
    await noted({ quota_remaining: 5 }, await refuseWhileSpent(1, deadline, ports));
    expect(note).toBeUndefined();
    expect(reads).toBe(1);
  });
});
