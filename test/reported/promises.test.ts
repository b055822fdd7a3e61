import { describe, expect, it } from "vitest";
import type { ExportFields } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { runSchedule } from "../../lambdas/create-export/run-schedule.ts";
import type { HttpRequest } from "../../lambdas/http/http.ts";
import { clockAt, coordinationIn, exportsIn } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";
import { type Surroundings, startWorker } from "./worker.ts";

const monthly: ConfiguredSchedule = {
  name: "monthly",
  workspace_id: 1,
  report: "profitability/projects",
  formats: ["csv", "xlsx"],
  cron: "0 6 3 * ? *",
  time_zone: "Europe/Berlin",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 1,
  parameters: { currency: "usd" },
};
const occurrence = "2026-11-03T05:00:00Z";

const started = () => {
  const around: Surroundings = {
    schedules: [monthly],
    workspaces: [1, 2],
    toggl: async () => ({}),
    takesEvents: true,
  };
  return { around, worker: startWorker(around) };
};
type Started = ReturnType<typeof started>;

/** `POST …/schedules/monthly/runs`, which promises four exports. */
async function askForRun({ around, worker }: Started): Promise<void> {
  const request = {
    params: { workspace_id: "1", name: "monthly" },
    body: Buffer.from(JSON.stringify({ occurrence })),
    deadline: { signal: new AbortController().signal, remainingMs: () => 20_000 },
    correlationId: "correlation",
    header: (name: string) => (name === "content-type" ? "application/json" : undefined),
    soleHeader: () => undefined,
    note: () => {},
    addressOf: (path: string) => path,
  } as unknown as HttpRequest;
  const schedules = new Map(around.schedules.map((one) => [one.name, one]));
  const { status } = await runSchedule(request, {
    configuration: { workspaces: new Set([1, 2]), schedules },
    exports: exportsIn(worker.records),
    coordination: coordinationIn(),
    queue: { send: async (_, message) => void worker.send({ message, group: "toggl/acme" }) },
    clock: clockAt(worker.now),
  });
  expect([status, worker.records.size]).toEqual([202, 4]);
}

/** EventBridge fires, and the first attempt fails in passing. */
async function fireInVain({ around, worker }: Started): Promise<void> {
  worker.send({ message: { schedule: "monthly", occurrence }, group: "toggl/acme" });
  around.toggl = async () => {
    throw new Failure("toggl_unavailable", "502");
  };
  await worker.goOn(1);
  around.toggl = async () => ({});
  expect(worker.records.size).toBe(4);
}

const orderText = ({ workspace_id, report, format, parameters }: ExportFields = {}) =>
  JSON.stringify([workspace_id, report, format, parameters]);

/** What became of the promised exports, once the worker is through. */
async function outcomeOf({ worker }: Started) {
  const promised = [...worker.records.values()].map((one) => [one.id, orderText(one)] as const);
  await worker.goOn();
  const records: ((ExportFields & { status?: string }) | undefined)[] = promised.map(([id]) => worker.records.get(id));
  const isAsPromised = promised.every(([, text], at) => orderText(records[at]) === text);
  return {
    statuses: [...new Set(records.map((one) => one?.problem?.code ?? one?.status))].join(", "),
    told: worker.events.filter(({ status }) => status === "succeeded" || status === "failed").length,
    isAsPromised,
    others: worker.records.size - promised.length,
    dead: worker.dead.length,
  };
}

const made = { statuses: "succeeded", told: 4, isAsPromised: true, others: 0, dead: 0 };
const failed = { ...made, statuses: "workspace_not_configured" };
type Change = [name: string, before: string, change: (around: Surroundings) => void, right: object];

const changes: Change[] = [
  ["nothing changes", "made", () => {}, made],
  ["the schedule is removed", "4 queued for ever, nobody told", (around) => (around.schedules = []), made],
  [
    "the schedule is renamed",
    "4 queued for ever, nobody told",
    (around) => (around.schedules = [{ ...monthly, name: "accounting" }]),
    made,
  ],
  [
    "it moves to another workspace",
    "4 queued for ever, 4 others made",
    (around) => (around.schedules = [{ ...monthly, workspace_id: 2 }]),
    made,
  ],
  [
    "a format is dropped",
    "2 queued for ever",
    (around) => (around.schedules = [{ ...monthly, formats: ["csv"] }]),
    made,
  ],
  [
    "the period changes",
    "other days made than promised",
    (around) => (around.schedules = [{ ...monthly, period: "previous-week" }]),
    made,
  ],
  ["the zone changes", "made", (around) => (around.schedules = [{ ...monthly, time_zone: "Pacific/Apia" }]), made],
  [
    "the parameters change",
    "other parameters than promised",
    (around) => (around.schedules = [{ ...monthly, parameters: { currency: "eur" } }]),
    made,
  ],
  [
    "another report",
    "another report than promised",
    (around) => (around.schedules = [{ ...monthly, report: "profitability/employees" }]),
    made,
  ],
  [
    "no earlier periods any more",
    "2 queued for ever",
    (around) => (around.schedules = [{ ...monthly, refresh_previous: 0 }]),
    made,
  ],
  ["it is paused", "made", (around) => (around.schedules = [{ ...monthly, enabled: false }]), made],
  ["its workspace is removed", "workspace_not_configured", (around) => (around.workspaces = [2]), failed],
  [
    "its workspace is removed with it",
    "4 queued for ever, nobody told",
    (around) => {
      around.workspaces = [2];
      around.schedules = [];
    },
    failed,
  ],
];

reportedCases(
  "What a run promised is made, or fails with a problem: asked for over HTTP, then",
  changes.map(([name, before, change, right]) => ({
    name,
    before,
    right,
    async now() {
      const all = started();
      await askForRun(all);
      change(all.around);
      return outcomeOf(all);
    },
  })),
);

reportedCases(
  "What a run promised is made, or fails with a problem: fired, failed in passing, then",
  changes.map(([name, before, change, right]) => ({
    name,
    before,
    right,
    async now() {
      const all = started();
      await fireInVain(all);
      change(all.around);
      return outcomeOf(all);
    },
  })),
);

describe("a message that promised nothing", () => {
  it("is settled with a line in the log when its schedule is gone: no record, no alarm", async () => {
    const { around, worker } = started();
    worker.send({ message: { schedule: "monthly", occurrence }, group: "toggl/acme" });
    around.schedules = [];
    await worker.goOn();
    expect([worker.records.size, worker.dead.length, worker.waiting()]).toEqual([0, 0, 0]);
    expect(worker.logs).toMatchObject([{ message: "no such schedule", schedule: "monthly", occurrence }]);
  });
});

it("understands a caller's message of an earlier version", async () => {
  const all = started();
  const message = { schedule: "monthly", occurrence, refresh: false, correlation_id: "c" } as const;
  all.worker.send({ message, group: "toggl/acme" });
  await all.worker.goOn();
  expect([...all.worker.records.values()].map(({ status, format }) => [status, format])).toEqual([
    ["succeeded", "csv"],
    ["succeeded", "xlsx"],
  ]);
});

it("has a removed workspace's single export fail, and Toggl not asked", async () => {
  const { around, worker } = started();
  const order = {
    id: "01KAT400000000000000000000",
    workspace_id: 1,
    report: "profitability/projects",
    format: "csv",
    parameters: { currency: "usd" },
    created_at: "2026-11-03T04:59:00Z",
  } as const;
  worker.send({ message: { export: order }, group: "toggl/acme" });
  around.workspaces = [2];
  await worker.goOn();
  expect(worker.records.get(order.id)).toMatchObject({
    status: "failed",
    problem: { code: "workspace_not_configured" },
    event_sent_at: expect.any(String),
  });
  expect([worker.asked, worker.events.map(({ status }) => status)]).toEqual([[], ["failed"]]);
});
