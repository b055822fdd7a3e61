import type { SQSEvent, SQSRecord } from "aws-lambda";
import { beforeEach, describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import { runExports } from "../../lambdas/run-export/handler.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, keptTelemetry, reportOf } from "../ports.ts";
import { monthly, schedulesOf } from "./answer.ts";

type WorkerPorts = Parameters<typeof runExports>[0];

let time: number;
let remaining: number;
let records: Map<string, Export>;
let asked: { format: string; days: unknown; withinMs: number }[];
let aside: object[];
let hidden: [string, number][];
let logged: Record<string, unknown>[];
let measured: object[];
let rests: number;
let toggl: () => Promise<unknown>;
let broken: { readonly [Port in keyof WorkerPorts]?: Partial<WorkerPorts[Port]> };

beforeEach(() => {
  time = Date.now();
  remaining = 300_000;
  records = new Map();
  asked = [];
  aside = [];
  hidden = [];
  logged = [];
  measured = [];
  rests = 0;
  toggl = async () => {};
  broken = {};
});

/** With the one or other method that is broken. */
const ports = (): WorkerPorts => ({
  configuration: { workspaces: new Set([123]), schedules: schedulesOf(monthly) },
  exports: exportsIn(records, {
    async write(made) {
      time += 2;
      records.set(made.id, made);
    },
    async publish(_, file) {
      time += 5;
      return { bucket: "bucket", ...file };
    },
    ...broken.exports,
  }),
  toggl: {
    rest: async () => void rests++,
    async report({ format, parameters }, { remainingMs }) {
      time += 30;
      asked.push({ format, days: parameters.start_date, withinMs: remainingMs() });
      await toggl();
      return reportOf();
    },
  },
  coordination: { ...coordinationIn(), ...broken.coordination },
  queue: {
    sendEvent: async () => {},
    changeVisibility: async (handle, seconds) => void hidden.push([handle, seconds]),
    sendToDeadLetterQueue: async (message) => void aside.push(message),
    ...broken.queue,
  },
  current: currentIn(),
  events: { announce: async () => {}, announceRun: async () => {}, ...broken.events },
  clock: clockAt(() => time),
  telemetry: keptTelemetry(logged, measured),
});

const id = "01KAT4XJ5Q8Z3V7C2B9N0M6R1T";
const one = {
  id,
  workspace_id: 123,
  report: "trends/projects",
  format: "csv",
  parameters: { start_date: "2026-10-01" },
};
const oneExport = { export: { ...one, created_at: "2026-11-03T05:00:00Z" }, correlation_id: "order-7" };
const fired = { schedule: "monthly", occurrence: "2026-11-03T06:00:00Z" };

const messageOf = (body: unknown, { name = "m1", group = "toggl/acme", receipts = 1 } = {}) =>
  ({
    messageId: name,
    receiptHandle: `handle of ${name}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: {
      SentTimestamp: String(time),
      ApproximateReceiveCount: String(receipts),
      ...(group && { MessageGroupId: group }),
    },
  }) as unknown as SQSRecord;

const work = async (...Records: SQSRecord[]) => {
  const invocation = { awsRequestId: "7f1c", getRemainingTimeInMillis: () => remaining };
  const { batchItemFailures } = await runExports(ports())({ Records } as SQSEvent, invocation);
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
};

describe("a message", () => {
  it("of one export has it made, logged with its phases, and is done", async () => {
    expect(await work(messageOf(oneExport))).toEqual([]);
    expect(records.get(id)).toMatchObject({ ...one, status: "succeeded", requested_by: "http" });
    expect(measured).toEqual([{ ExportsSucceeded: 1 }]);
    const context = { request_id: "7f1c", message_id: "m1", correlation_id: "order-7", export_id: id };
    const phases = { download_ms: 30, publish_ms: 5, record_ms: 4 };
    expect(logged).toMatchObject([{ level: "INFO", message: "export succeeded", ...context, ...phases }]);
    expect([rests, aside, hidden]).toEqual([1, [], []]);
  });

  it("of EventBridge has all made that the schedule names", async () => {
    expect(await work(messageOf(fired))).toEqual([]);
    expect(asked.map(({ format, days }) => [format, days])).toEqual([
      ["csv", "2026-10-01"],
      ["xlsx", "2026-10-01"],
      ["csv", "2026-09-01"],
      ["xlsx", "2026-09-01"],
    ]);
  });

  it("of a schedule that is gone is done with a line in the log", async () => {
    expect(await work(messageOf({ ...fired, schedule: "gone" }))).toEqual([]);
    const fields = { request_id: "7f1c", message_id: "m1", schedule: "gone", occurrence: fired.occurrence };
    expect(logged).toMatchObject([{ level: "WARN", message: "no such schedule", ...fields }]);
    expect(aside).toEqual([]);
  });

  it.each(["no JSON", "{}"])("that says %s is put aside as it is, and logged", async (body) => {
    expect(await work(messageOf(body))).toEqual([]);
    expect(aside).toEqual([{ body, id: "m1", group: "toggl/acme" }]);
    expect(logged).toMatchObject([{ level: "ERROR", message: "cannot use a message", message_id: "m1" }]);
    expect(logged[0]?.cause).toMatch(/Error: .+\n {4}at /); // with its stack
  });

  it("without a group is put aside in one of its own", async () => {
    await work(messageOf("{}", { group: "" }));
    expect(aside).toEqual([{ body: "{}", id: "m1", group: "m1" }]);
  });

  it("holds up all that came behind it in its batch when it has to come again", async () => {
    toggl = async () => {
      throw new Failure("toggl_unavailable", "Toggl is down.");
    };
    const behind = messageOf(oneExport, { name: "m2" });
    expect(await work(messageOf(oneExport), behind)).toEqual(["m1", "m2"]);
    expect(hidden).toEqual([["handle of m1", 15]]);
    expect(asked).toHaveLength(1);
    expect(rests).toBe(1);
  });

  it("does not hold up those behind it once it is done, or put aside", async () => {
    expect(await work(messageOf("{}"), messageOf(oneExport, { name: "m2" }))).toEqual([]);
    expect(records.get(id)?.status).toBe("succeeded");
  });

  it("that cannot be hidden comes again all the same", async () => {
    toggl = async () => {
      throw new Failure("toggl_unavailable", "Toggl is down.");
    };
    broken = {
      queue: {
        changeVisibility: async () => {
          throw new Failure("queue_unavailable", "SQS is down.");
        },
      },
    };
    expect(await work(messageOf(oneExport))).toEqual(["m1"]);
    const cause = "queue_unavailable: SQS is down.";
    expect(logged).toContainEqual(expect.objectContaining({ level: "ERROR", message: "cannot hide a message", cause }));
  });

  it("whose run cannot be looked up comes again, and is put aside when it may wait no more", async () => {
    const orders = {
      ...coordinationIn().orders,
      read: () => Promise.reject(new Failure("storage_unavailable", "S3.")),
    };
    broken = { coordination: { orders } };
    expect(await work(messageOf(fired))).toEqual(["m1"]);
    expect(hidden).toEqual([["handle of m1", 30]]);
    const cause = "storage_unavailable: S3.";
    expect(logged).toMatchObject([{ level: "ERROR", message: "cannot work on a message", cause }]);
    expect(await work(messageOf(fired, { receipts: 990 }))).toEqual([]);
    expect(aside).toEqual([{ body: JSON.stringify(fired), id: "m1", group: "toggl/acme" }]);
  });

  it("of an event that is missing has it sent and nothing made", async () => {
    const announced: string[] = [];
    broken = { events: { announce: async (made) => void announced.push(made.id) } };
    records.set(id, { ...oneExport.export, status: "succeeded", requested_by: "http" } as unknown as Export);
    expect(await work(messageOf({ event_of: { workspace_id: 123, id } }))).toEqual([]);
    expect([announced, asked]).toEqual([[id], []]);
    expect(records.get(id)).toHaveProperty("event_sent_at");
  });
});

describe("the exports of a message", () => {
  it("go on when one of them fails in passing, and the message comes again when the first is due", async () => {
    let calls = 0;
    toggl = async () => {
      if (++calls === 2) throw new Failure("toggl_unavailable", "Toggl is down.");
    };
    expect(await work(messageOf(fired))).toEqual(["m1"]);
    expect(asked).toHaveLength(4);
    expect(hidden).toEqual([["handle of m1", 15]]);
  });

  it("all wait where Toggl wants that", async () => {
    toggl = async () => {
      throw new Failure("toggl_quota_exhausted", "Spent.", { retryAfterSeconds: 600 });
    };
    expect(await work(messageOf(fired))).toEqual(["m1"]);
    expect(asked).toHaveLength(1);
    expect(hidden[0]?.[1]).toBeGreaterThanOrEqual(600);
  });

  it("go on after one that failed for good, whose message is kept for people", async () => {
    const gone = { ...one, status: "running", requested_by: "schedule", created_at: fired.occurrence, attempts: 5 };
    broken = { exports: { find: async (_, id) => records.get(id) ?? ({ ...gone, id } as unknown as Export) } };
    expect(await work(messageOf(fired))).toEqual([]);
    expect(aside).toHaveLength(4);
    expect([...records.values()].map(({ status }) => status)).toEqual(Array(4).fill("failed"));
    expect(measured).toContainEqual({ ExportsFailed: 1 });
    const failed = logged.filter(({ message }) => message === "export failed");
    expect(failed).toHaveLength(4);
    expect(failed[0]).toMatchObject({ level: "ERROR", code: "internal_error", schedule: "monthly" });
  });

  it.each([
    [45_000, 4, []],
    [44_999, 0, ["m1"]],
  ])("are begun with 45 s left and not with less: %d ms", async (left, count, failed) => {
    remaining = left;
    expect(await work(messageOf(fired))).toEqual(failed);
    expect(asked).toHaveLength(count);
    expect(hidden).toEqual(count === 0 ? [["handle of m1", 1]] : []);
  });

  it("have two minutes each, or what is left but for the time to say what came of it", async () => {
    await work(messageOf(oneExport));
    expect(asked[0]?.withinMs).toBeLessThanOrEqual(120_000);
    expect(asked[0]?.withinMs).toBeGreaterThan(60_000);
    records.clear();
    time = Date.now();
    remaining = 50_000;
    await work(messageOf(oneExport));
    expect(asked[1]?.withinMs).toBeLessThanOrEqual(35_000);
    expect(asked[1]?.withinMs).toBeGreaterThan(0);
  });
});

describe("the log", () => {
  it("says what went wrong with an attempt, and its cause", async () => {
    toggl = async () => {
      throw new Failure("toggl_unavailable", "Toggl is down.", { cause: new Error("ECONNRESET") });
    };
    await work(messageOf(oneExport));
    const fields = { export_id: id, code: "toggl_unavailable", detail: "Toggl is down.", correlation_id: "order-7" };
    const cause = expect.stringContaining("ECONNRESET");
    expect(logged).toMatchObject([{ level: "WARN", message: "export attempt failed", ...fields, cause }]);
    expect(measured).toEqual([]);
  });

  it("counts an event that cannot be sent", async () => {
    broken = { events: { announce: () => Promise.reject("EventBridge is down") } };
    await work(messageOf(oneExport));
    expect(measured).toContainEqual({ EventsNotSent: 1 });
    const fields = { level: "ERROR", message: "event not sent", export_id: id, cause: "EventBridge is down" };
    expect(logged).toContainEqual(expect.objectContaining(fields));
  });

  it("says what even the record could not", async () => {
    broken = { exports: { find: () => Promise.reject(new Failure("storage_unavailable", "S3 is down.")) } };
    expect(await work(messageOf(fired))).toEqual(["m1"]);
    const fields = { level: "ERROR", message: "export trouble", workspace_id: 123, ...fired };
    expect(logged[0]).toMatchObject({ ...fields, cause: "storage_unavailable: S3 is down." });
    expect(logged[0]?.export_id).toMatch(/^01/);
  });
});
