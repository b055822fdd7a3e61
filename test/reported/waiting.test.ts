import { describe, expect, it } from "vitest";
import type { ExportFields, ExportOrder } from "../../api/export.ts";
import type { FailureKind } from "../../api/problems.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { reportedCases } from "./reported-cases.ts";
import { type Surroundings, startWorker } from "./worker.ts";

const hour = 3600;
const day = 24 * hour;

const idOf = (number: number) => `01KAT4000000000000000000${String(number).padStart(2, "0")}`;
const order = (number = 0): ExportOrder & { id: string; created_at: string } => ({
  id: idOf(number),
  workspace_id: 1,
  report: "profitability/projects",
  format: "csv",
  parameters: { currency: "usd", project_ids: [number] },
  created_at: "2026-11-03T04:59:00Z",
});
const surroundings = (): Surroundings => ({
  schedules: [],
  workspaces: [1],
  toggl: async () => ({}),
  takesEvents: true,
});
const failing =
  (kind: FailureKind, retryAfterSeconds?: number): Surroundings["toggl"] =>
  async () => {
    throw new Failure(kind, "Toggl says no.", { retryAfterSeconds });
  };

/** So many exports of one token, while Toggl answers like this for so many seconds, and well from then on. */
async function whileToggl(toggl: Surroundings["toggl"], seconds: number, exports = 1) {
  const around = surroundings();
  const worker = startWorker(around);
  for (let number = 0; number < exports; number++) {
    worker.send({ message: { export: order(number) }, group: "toggl/acme" });
  }
  around.toggl = toggl;
  await worker.goOn(seconds);
  const inVain = worker.asked.length;
  around.toggl = async () => ({});
  await worker.goOn();
  const statuses = [...worker.records.values()].map(({ status }) => status);
  const count = (status: string) => worker.events.filter((event) => event.status === status).length;
  return {
    inVain,
    made: statuses.filter((status) => status === "succeeded").length,
    failed: statuses.filter((status) => status === "failed").length,
    deferredEvents: count("deferred"),
    outcomeEvents: count("succeeded") + count("failed"),
    dead: worker.dead.length,
  };
}

const untilPutIn = { made: 2, failed: 0, deferredEvents: 1, outcomeEvents: 2, dead: 0 };
reportedCases("A run waits for its token for some hours, and then fails with what is missing", [
  {
    name: "the token is put in ten minutes after the first deployment: 2 runs",
    before: "both failed at once, and an alarm",
    right: { inVain: 5, ...untilPutIn },
    now: () => whileToggl(failing("token_not_set"), 10 * 60, 2),
  },
  {
    name: "the token is put in four hours later",
    before: "both failed at once, and an alarm",
    right: { inVain: 20, ...untilPutIn },
    now: () => whileToggl(failing("token_not_set"), 4 * hour, 2),
  },
  {
    name: "no token ever",
    before: "failed at once",
    right: { status: "failed", code: "token_not_set", waits: 24, hours: 5, dead: 0, measured: 1 },
    async now() {
      const worker = startWorker({ ...surroundings(), toggl: failing("token_not_set") });
      const from = worker.now();
      worker.send({ message: { export: order() }, group: "toggl/acme" });
      await worker.goOn();
      const [made] = worker.records.values();
      return {
        status: made?.status,
        code: (made as ExportFields | undefined)?.problem?.code,
        waits: made?.waits,
        hours: Math.round((worker.now() - from) / 3_600_000),
        dead: worker.dead.length,
        measured: worker.metrics.ExportsFailed,
      };
    },
  },
  {
    name: "what its record says meanwhile",
    before: "failed",
    right: { status: "deferred", code: "token_not_set", resumes_at: true, measured: undefined },
    async now() {
      const worker = startWorker({ ...surroundings(), toggl: failing("token_not_set") });
      worker.send({ message: { export: order() }, group: "toggl/acme" });
      await worker.goOn(600);
      const [made] = worker.records.values();
      const { status, problem, resumes_at }: ExportFields & { status?: string } = made ?? {};
      return { status, code: problem?.code, resumes_at: !!resumes_at, measured: worker.metrics.ExportsFailed };
    },
  },
]);

reportedCases("Waiting grows, ends and is told", [
  {
    name: "50 minutes of 429 without Retry-After, then health: 4 exports",
    before: "1,500 requests, 1,500 events, one export lost to the dead letters",
    right: { inVain: 7, made: 4, failed: 0, deferredEvents: 1, outcomeEvents: 4, dead: 0 },
    now: () => whileToggl(failing("toggl_rate_limited", 1), 50 * 60, 4),
  },
  {
    name: "70 minutes of it",
    before: "1,000 requests, 1,000 events, deferred for ever",
    right: { inVain: 9, made: 1, failed: 0, deferredEvents: 1, outcomeEvents: 1, dead: 0 },
    now: () => whileToggl(failing("toggl_rate_limited"), 70 * 60),
  },
  {
    name: "Retry-After: 119",
    before: "25 requests, 25 events",
    right: { inVain: 7, made: 1, failed: 0, deferredEvents: 1, outcomeEvents: 1, dead: 0 },
    now: () => whileToggl(failing("toggl_rate_limited", 119), 50 * 60),
  },
  {
    name: "a Retry-After longer than the next wait counts",
    before: "3 requests, 3 events",
    right: { inVain: 3, made: 1, failed: 0, deferredEvents: 1, outcomeEvents: 1, dead: 0 },
    now: () => whileToggl(failing("toggl_rate_limited", 1200), 50 * 60),
  },
  {
    name: "a Retry-After of 30 years",
    before: "12 hours from now, which SQS refuses after a receipt",
    right: { inVain: 1, made: 1, failed: 0, deferredEvents: 1, outcomeEvents: 1, dead: 0 },
    now: () => whileToggl(failing("toggl_rate_limited", 999_999_999), hour),
  },
  {
    name: "a quota that is back in 0 s, again and again",
    before: "1,000 requests, 1,000 events, deferred for ever",
    right: { inVain: 7, made: 1, failed: 0, deferredEvents: 1, outcomeEvents: 1, dead: 0 },
    now: () => whileToggl(failing("toggl_quota_exhausted", 0), 50 * 60),
  },
  {
    name: "a quota that is spent for 5 hours",
    before: "5 requests, 5 events",
    right: { inVain: 5, made: 3, failed: 0, deferredEvents: 1, outcomeEvents: 3, dead: 0 },
    now: () => whileToggl(failing("toggl_quota_exhausted", 3600), 5 * hour, 3),
  },
  {
    name: "429 without end",
    before: "1,000 requests, 1,000 events, deferred for ever",
    right: { inVain: 25, made: 0, failed: 1, deferredEvents: 1, outcomeEvents: 1, dead: 1 },
    now: () => whileToggl(failing("toggl_rate_limited"), 30 * day),
  },
  {
    name: "429 without end: 60 exports, of which SQS would drop those that wait behind",
    before: "60 deferred or queued for ever, 60 messages lost",
    right: { unsettled: 0, dead: 60, outcomeEvents: 60, days: 13 },
    async now() {
      const around = { ...surroundings(), toggl: failing("toggl_quota_exhausted", 3600) };
      const worker = startWorker(around);
      for (let number = 0; number < 60; number++) {
        const message = { export: order(number) };
        worker.send({ message, group: "toggl/acme" });
        worker.records.set(idOf(number), { ...order(number), status: "queued", requested_by: "http" });
      }
      const from = worker.now();
      await worker.goOn(20 * day);
      const unsettled = [...worker.records.values()].filter(({ status }) => status !== "failed").length;
      const last = Math.max(...worker.events.map(({ at }) => at));
      const outcomeEvents = worker.events.filter(({ status }) => status === "failed").length;
      return { unsettled, dead: worker.dead.length, outcomeEvents, days: Math.round((last - from) / (day * 1000)) };
    },
  },
  {
    name: "moved back from the dead letters after that",
    before: "deferred until somebody moved it back",
    right: ["failed", "succeeded"],
    async now() {
      const around = { ...surroundings(), toggl: failing("toggl_rate_limited") };
      const worker = startWorker(around);
      worker.send({ message: { export: order() }, group: "toggl/acme" });
      await worker.goOn(30 * day);
      const before = worker.records.get(idOf(0))?.status;
      around.toggl = async () => ({});
      worker.redrive();
      await worker.goOn();
      return [before, worker.records.get(idOf(0))?.status];
    },
  },
]);

/** Four exports of one token, while the bus takes nothing for so many seconds. */
async function whileBusIsDown(seconds: number) {
  const around = { ...surroundings(), takesEvents: false };
  const worker = startWorker(around);
  for (let number = 0; number < 4; number++) worker.send({ message: { export: order(number) }, group: "toggl/acme" });
  await worker.goOn(10);
  const madeInTenSeconds = [...worker.records.values()].filter(({ status }) => status === "succeeded").length;
  const unsent = [...worker.records.values()].filter(
    (one: ExportFields) => one.event_failed_at && !one.event_sent_at,
  ).length;
  await worker.goOn(seconds);
  around.takesEvents = true;
  await worker.goOn();
  const records = [...worker.records.values()];
  return {
    madeInTenSeconds,
    unsent,
    events: worker.events.map(({ status }) => status),
    toldInTheEnd: records.filter((one: ExportFields) => one.event_sent_at && !one.event_failed_at).length,
    dead: worker.dead.length,
    isMeasured: (worker.metrics.EventsNotSent ?? 0) >= 4,
    requests: worker.asked.length,
  };
}

const allTold = {
  madeInTenSeconds: 4,
  unsent: 4,
  events: ["succeeded", "succeeded", "succeeded", "succeeded"],
  toldInTheEnd: 4,
  dead: 0,
  isMeasured: true,
  requests: 4,
};
reportedCases("An event bus that fails holds up no files", [
  {
    name: "down for a minute",
    before: "1 of 4 made while it lasts",
    right: allTold,
    now: () => whileBusIsDown(60),
  },
  {
    name: "down for three days",
    before: "1 of 4 made, no event in the end",
    right: allTold,
    now: () => whileBusIsDown(3 * day),
  },
  {
    name: "down for three weeks",
    before: "made one after the other in weeks, nothing marks them",
    right: { made: 2, dead: 2, marked: 2 },
    async now() {
      const worker = startWorker({ ...surroundings(), takesEvents: false });
      for (const number of [1, 2]) worker.send({ message: { export: order(number) }, group: "toggl/acme" });
      await worker.goOn(21 * day);
      const records = [...worker.records.values()];
      const made = records.filter(({ status }) => status === "succeeded").length;
      return {
        made,
        dead: worker.dead.length,
        marked: records.filter((one: ExportFields) => one.event_failed_at).length,
      };
    },
  },
]);

describe("the dead letters of a bus that was down for too long", () => {
  it("send their events when they are moved back", async () => {
    const around = { ...surroundings(), takesEvents: false };
    const worker = startWorker(around);
    worker.send({ message: { export: order() }, group: "toggl/acme" });
    await worker.goOn(21 * day);
    around.takesEvents = true;
    worker.redrive();
    await worker.goOn();
    expect(worker.events.map(({ status }) => status)).toEqual(["succeeded"]);
    expect(worker.asked).toHaveLength(1);
    expect(worker.records.get(idOf(0))).toMatchObject({ event_sent_at: expect.any(String) });
  });
});

it("holds a token for minutes because of one export whose every attempt fails, and makes the others", async () => {
  const around = surroundings();
  around.toggl = async ({ parameters }) => {
    if (JSON.stringify(parameters.project_ids) === "[0]") throw new Failure("toggl_unavailable", "502");
    return {};
  };
  const worker = startWorker(around);
  for (let number = 0; number < 4; number++) worker.send({ message: { export: order(number) }, group: "toggl/acme" });
  const from = worker.now();
  await worker.goOn();
  expect([...worker.records.values()].map(({ status }) => status)).toEqual([
    "failed",
    "succeeded",
    "succeeded",
    "succeeded",
  ]);
  expect(worker.now() - from).toBeLessThan(8 * 60_000);
});
