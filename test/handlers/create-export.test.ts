import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import type { Export } from "../../api/export.ts";
import type { Manifest } from "../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { claimObjectKey } from "../../lambdas/core/exports/idempotency.ts";
import type { QueueMessage } from "../../lambdas/core/exports/run-order.ts";
import { orderOf } from "../../lambdas/core/exports/run-order.ts";
import { Failure } from "../../lambdas/core/failure.ts";
import type { Claim, Coordination } from "../../lambdas/core/ports/coordination.ts";
import { createExport } from "../../lambdas/create-export/handler.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, reportOf } from "../ports.ts";
import { type Asked, answer, exportOf, monthly, schedulesOf } from "./answer.ts";

let time: number;
let downloads: object[];
let queued: { workspaceId: number; message: QueueMessage; id: string }[];
let records: Map<string, Export>;
let claims: Map<string, Claim | undefined>;
let coordination: Coordination;
let done: string[];
let schedules: ConfiguredSchedule[];
let failDownload: Error | undefined;
let failQueue: Error | undefined;
let fasterClaim: Claim | undefined;

let manifests: Map<string, { manifest: Manifest; version: string }>;
beforeEach(() => {
  manifests = new Map();
  time = Date.parse("2026-11-03T05:00:00.789Z");
  downloads = [];
  queued = [];
  records = new Map();
  claims = new Map();
  coordination = coordinationIn({ claims });
  done = [];
  schedules = [monthly, { ...monthly, name: "theirs", workspace_id: 5 }];
  failDownload = undefined;
  failQueue = undefined;
  fasterClaim = undefined;
});

const handler = () =>
  createExport({
    configuration: { workspaces: new Set([123, 5, 7]), schedules: schedulesOf(...schedules) },
    current: currentIn({ manifests }),
    exports: exportsIn(records, {
      async create(made) {
        done.push("record");
        records.set(made.id, made);
      },
      async write(made) {
        time += 2;
        records.set(made.id, made);
      },
      async publish(path, file) {
        time += 5;
        done.push(`publish ${path}`);
        const { asked_at: _, expires: __, ...kept } = file;
        return { bucket: "bucket", ...kept };
      },
    }),
    toggl: {
      async report(order) {
        time += 30;
        if (failDownload) throw failDownload;
        downloads.push(order);
        return reportOf({ path: "scratch", bytes: 7, discard: async () => void done.push("discard") });
      },
    },
    coordination: { ...coordination, claims: { ...coordination.claims, create: claimFirst } },
    queue: {
      async send(workspaceId, message, id) {
        if (failQueue) throw failQueue;
        done.push("queued");
        queued.push({ workspaceId, message, id });
      },
    },
    clock: clockAt(() => time, { sleep }),
  });

/** Has somebody be faster, once. */
const claimFirst: typeof coordination.claims.create = async (objectKey, claim, deadline) => {
  if (fasterClaim) claims.set(objectKey, fasterClaim);
  fasterClaim = undefined;
  return coordination.claims.create(objectKey, claim, deadline);
};

const days = { start_date: "2026-10-01", end_date: "2026-10-31" };
const parameters = { currency: "usd", ...days };
const file = { route: "/workspace/{workspace_id}/profitability/projects.csv", body: JSON.stringify(parameters) };
const call = (asked: Partial<Asked> = {}) => answer(handler(), { ...file, ...asked });
const inBackground = { headers: { Prefer: ["respond-async"] } };
const order = { workspace_id: 123, report: "profitability/projects", format: "csv", parameters };

describe("a report that the caller waits for", () => {
  it("is made, recorded and answered with its address and a link", async () => {
    const { status, headers, body } = await call();
    expect(status).toBe(201);
    expect(downloads).toEqual([order]);
    expect(done).toEqual(["publish scratch", "discard"]);
    const link = { download_url: `https://s3/${body.id}`, download_url_expires_at: "2026-11-03T05:15:00Z" };
    expect(body).toEqual({ ...records.get(body.id), ...link });
    expect(body).toMatchObject({
      ...order,
      status: "succeeded",
      requested_by: "http",
      created_at: "2026-11-03T05:00:00Z",
    });
    expect(headers).toMatchObject({
      location: `/v1/workspace/123/exports/${body.id}`,
      "content-type": "application/json",
      "cache-control": "private, no-store",
    });
  });

  it.each([
    "profitability/employees.csv",
    "profitability/employees.xlsx",
    "profitability/projects.csv",
    "profitability/projects.xlsx",
    "trends/projects.csv",
    "trends/projects.xlsx",
  ])("is the one that %s names", async (name) => {
    const body = JSON.stringify(name.startsWith("trends") ? days : parameters);
    expect((await call({ route: `/workspace/{workspace_id}/${name}`, body })).status).toBe(201);
    const [report, format] = name.split(".");
    expect(downloads).toMatchObject([{ report, format }]);
  });

  it("is logged with what it is and how long each phase took", async () => {
    const { body, logged } = await call();
    expect(logged).toMatchObject([
      {
        level: "INFO",
        export_id: body.id,
        report: order.report,
        bytes: 7,
        download_ms: 30,
        publish_ms: 5,
        record_ms: 2,
      },
    ]);
  });

  it("that fails is a problem, and the log says how long it took until then", async () => {
    failDownload = new Failure("toggl_unavailable", "Toggl is down.");
    const { status, body, logged } = await call();
    expect([status, body.code]).toEqual([502, "toggl_unavailable"]);
    expect(logged).toMatchObject([{ code: "toggl_unavailable", download_ms: 30 }]);
    expect(records.size).toBe(0);
  });

  it("has an id of its own each time", async () => {
    const [first, second] = [await call(), await call()];
    expect(first.body.id).not.toBe(second.body.id);
    expect(downloads).toHaveLength(2);
  });

  it("is made once for an Idempotency-Key, with a fresh link for each who asks", async () => {
    const headers = { "Idempotency-Key": ["key"] };
    const [first, second] = [await call({ headers }), await call({ headers })];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    expect(downloads).toHaveLength(1);
  });

  it("is not in the file yet while the queue has it under the same key: the caller has to wait", async () => {
    const key = { "Idempotency-Key": ["key"] };
    await call({ headers: { ...inBackground.headers, ...key } });
    const { status, body } = await call({ headers: key, msUnderWay: 60_000 });
    expect([status, body.code]).toEqual([409, "idempotency_key_in_use"]);
    expect(downloads).toEqual([]);
  });

  it("is refused for an address that has none, and for a workspace that is not configured", async () => {
    const unknown = await call({ route: "/workspace/{workspace_id}/profitability/clients.csv" });
    expect([unknown.status, unknown.body.code]).toEqual([404, "route_not_found"]);
    expect(unknown.body.detail).toContain("/workspace/{workspace_id}/profitability/clients.csv");
    const other = await call({ params: { workspace_id: "9" } });
    expect([other.status, other.body.code]).toEqual([403, "workspace_not_configured"]);
    expect([downloads, done]).toEqual([[], []]);
  });
});

describe("a report in the background", () => {
  it("is queued first, then recorded, and answered with where and when to look", async () => {
    const { status, headers, body, logged } = await call(inBackground);
    expect(status).toBe(202);
    const created_at = "2026-11-03T05:00:00Z";
    const { id } = body;
    expect(body).toEqual({ id, status: "queued", ...order, requested_by: "http", created_at });
    const asOtherRecords = ["id", "status", ...Object.keys(order), "requested_by", "created_at"];
    expect(Object.keys(body)).toEqual(asOtherRecords); // in the order of every record
    const message = { export: { id, ...order, created_at }, correlation_id: "7f1c" };
    expect(queued).toEqual([{ workspaceId: 123, message, id }]);
    expect(records.get(id)).toEqual(body);
    expect(done).toEqual(["queued", "record"]);
    expect(headers).toMatchObject({
      location: `/v1/workspace/123/exports/${id}`,
      "retry-after": "5",
      "preference-applied": "respond-async",
    });
    expect(logged).toMatchObject([{ export_id: id, status: "queued" }]);
  });

  it("that the queue does not take is not recorded either", async () => {
    failQueue = new Failure("queue_unavailable", "The queue did not take the export.");
    const { status } = await call(inBackground);
    expect(status).toBe(503);
    expect(records.size).toBe(0);
  });

  it.each(["queued", "running", "deferred", "succeeded"] as const)(
    "answers the same Idempotency-Key with the export that is %s",
    async (status) => {
      const headers = { ...inBackground.headers, "Idempotency-Key": ["key"] };
      const { body } = await call({ headers });
      records.set(body.id, { ...records.get(body.id), ...exportOf({ id: body.id, status }) });
      expect((await call({ headers })).body).toMatchObject({ id: body.id, status });
      expect(queued).toHaveLength(1);
    },
  );

  it("is queued again for the same key once it has failed", async () => {
    const headers = { ...inBackground.headers, "Idempotency-Key": ["key"] };
    const { body } = await call({ headers });
    records.set(body.id, exportOf({ id: body.id, status: "failed" }));
    expect((await call({ headers })).body).toMatchObject({ status: "queued" });
    expect(queued).toHaveLength(2);
  });
});

describe("a run of a schedule", () => {
  const run = {
    route: "/workspace/{workspace_id}/schedules/{name}/runs",
    params: { workspace_id: "123", name: "monthly" },
  };
  const start = (body: object | string = "", more: Partial<Asked> = {}) =>
    call({ ...run, body: typeof body === "string" ? body : JSON.stringify(body), ...more });
  const keyed = { headers: { "Idempotency-Key": ["key"] } };

  it("is queued as of now, whole seconds, with all that it makes", async () => {
    const { status, headers, body, logged } = await start();
    expect(status).toBe(202);
    const asked = { schedule: "monthly", occurrence: "2026-11-03T05:00:00Z" };
    const message = { ...asked, order: orderOf(monthly, asked), correlation_id: "7f1c" };
    expect(queued).toEqual([{ workspaceId: 123, message, id: expect.any(String) }]);
    expect(done).toEqual(["queued", "record", "record", "record", "record"]);
    expect(body).toEqual({ ...asked, exports: [...records.values()] });
    expect(body.exports).toHaveLength(4);
    expect(body.exports[0]).toMatchObject({
      status: "queued",
      requested_by: "schedule",
      schedule: "monthly",
      created_at: "2026-11-03T05:00:00Z",
    });
    expect(body.exports[0]).not.toHaveProperty("isRefresh");
    expect(headers).toMatchObject({ location: "/v1/workspace/123/exports?schedule=monthly", "retry-after": "5" });
    expect(logged).toMatchObject([asked]);
  });

  it("can be for a moment that is past, and without the periods before", async () => {
    const asked = { occurrence: "2026-09-03T06:00:00Z", refresh: false };
    const { body } = await start(asked);
    expect(body).toMatchObject({ schedule: "monthly", ...asked });
    expect(body.exports).toHaveLength(2);
    expect(body.exports[0].parameters).toMatchObject({ start_date: "2026-08-01", end_date: "2026-08-31" });
    expect(queued[0]?.message).toMatchObject(asked);
  });

  it("has its refreshes if that is what it says", async () => {
    const { body } = await start({ refresh: true });
    expect(body.exports).toHaveLength(4);
    expect(body).not.toHaveProperty("refresh");
  });

  it("shows an export that is there as it stands, and does not call it queued", async () => {
    const { body } = await start();
    const made = { ...body.exports[0], status: "succeeded" };
    records.set(made.id, made);
    done = [];
    expect((await start({ occurrence: body.occurrence })).body.exports[0]).toEqual(made);
    expect(done).toEqual(["queued"]);
  });

  it("is another message each time, since the last one may have failed", async () => {
    await start({ occurrence: "2026-09-03T06:00:00Z" });
    time += 1;
    await start({ occurrence: "2026-09-03T06:00:00Z" });
    expect(new Set(queued.map(({ id }) => id)).size).toBe(2);
    expect(queued[0]?.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it("is the same run and the same message for the same Idempotency-Key, however much later", async () => {
    const first = await start("", keyed);
    time += 3_600_000;
    const second = await start("", keyed);
    expect(second.body.occurrence).toBe(first.body.occurrence);
    expect(second.body.exports.map(({ id }: Export) => id)).toEqual(first.body.exports.map(({ id }: Export) => id));
    expect(queued[1]).toEqual(queued[0]);
  });

  it("keeps to its occurrence under a key, too", async () => {
    const { body } = await start({ occurrence: "2026-09-03T06:00:00Z" }, keyed);
    expect(body.occurrence).toBe("2026-09-03T06:00:00Z");
  });

  it.each([
    ["another occurrence", { occurrence: "2026-09-03T06:00:00Z" }, {}],
    ["no refreshes", { refresh: false }, {}],
    ["another schedule", {}, { params: { workspace_id: "123", name: "other" } }],
  ])("is refused a key that stands for %s", async (_, body, more) => {
    schedules.push({ ...monthly, name: "other" });
    await start("", keyed);
    const { status, body: problem } = await start(body, { ...keyed, ...more });
    expect([status, problem.code]).toEqual([422, "idempotency_key_reused"]);
    expect(queued).toHaveLength(1);
  });

  it("takes the moment of who claimed the key a moment before", async () => {
    await start("", keyed);
    const [[objectKey = "", claim] = []] = claims;
    claims.clear();
    fasterClaim = claim && { ...claim, claimed_at: Date.parse("2026-11-03T04:59:00Z") };
    expect((await start("", keyed)).body.occurrence).toBe("2026-11-03T04:59:00Z");
    expect([...claims.keys()]).toEqual([objectKey]);
  });

  it("passes over a claim that nobody can read", async () => {
    claims.set(claimObjectKey(123, "key", 3), undefined);
    expect((await start("", keyed)).status).toBe(202);
    expect([...claims.keys()]).toContain(claimObjectKey(123, "key", 4));
  });

  it.each([
    ["123", "nothing", "it has monthly."],
    ["123", "theirs", "it has monthly."],
    ["5", "monthly", "it has theirs."],
    ["7", "monthly", "it has none."],
  ])("of workspace %s cannot be of %s: %s", async (workspace_id, name, names) => {
    const { status, body } = await start("", { params: { workspace_id, name } });
    expect([status, body.code]).toEqual([404, "schedule_not_found"]);
    expect(body.detail).toContain(names);
    expect(body.detail).toContain(`Workspace ${workspace_id} `);
  });

  it("names all schedules that there are", async () => {
    schedules.push({ ...monthly, name: "weekly" });
    expect((await start("", { params: { workspace_id: "123", name: "x" } })).body.detail).toContain("monthly, weekly");
  });

  it("needs a workspace of the configuration", async () => {
    const { status } = await start("", { params: { workspace_id: "9", name: "monthly" } });
    expect(status).toBe(403);
  });

  it.each([
    [{ occurrence: "2026-11-03T05:00:01Z" }, "occurrence", "past"],
    [{ occurrence: "2005-12-31T23:59:59Z" }, "occurrence", "past"],
    [{ occurrence: "2026-02-30T05:00:00Z" }, "occurrence", ""],
    [{ occurrence: 1_793_682_000_000 }, "occurrence", ""],
    [{ occurrence: null }, "occurrence", ""],
    [{ refresh: "false" }, "refresh", "without quotes"],
    [{ refresh: 0 }, "refresh", "without quotes"],
    [{ period: "previous-month" }, "period", "there are occurrence and refresh"],
  ])("refuses %j and says which field", async (body, field, words) => {
    const { status, body: problem } = await start(body);
    expect(status).toBe(400);
    expect(problem.errors).toEqual([{ field, pointer: `#/${field}`, detail: expect.stringContaining(words) }]);
    expect(queued).toEqual([]);
  });

  it("names every field that does not fit at once", async () => {
    const { body } = await start({ occurrence: "today", refresh: 1, colour: "red" });
    expect(body.errors.map(({ field }: { field: string }) => field)).toEqual(["occurrence", "refresh", "colour"]);
  });

  it.each(["[]", "null", '"2026-11-03T05:00:00Z"', "5"])("refuses the body %s", async (body) => {
    const { status, body: problem } = await start(body);
    expect([status, problem.code]).toEqual([400, "invalid_request"]);
    expect(problem.detail).toContain('{"occurrence":"2026-11-03T05:00:00Z"}');
  });

  it.each(["2026-11-03T05:00:00Z", "2006-01-01T00:00:00Z"])("takes %s, at the very edge", async (occurrence) => {
    time = Date.parse("2026-11-03T05:00:00Z");
    expect((await start({ occurrence })).body.occurrence).toBe(occurrence);
  });
});
