import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { s3Of } from "./bucket-contents.ts";
import { type FaultyS3, type S3Fault, startFaultyS3 } from "./faulty-s3.ts";
import { type ExportAnswer, type Product, problemOf, startProduct } from "./product.ts";
import { crash, queuesOf, timePasses } from "./scheduled.ts";

let s3: FaultyS3;
let product: Product;

beforeAll(async () => {
  s3 = await startFaultyS3();
  product = await startProduct(s3.env);
});
afterAll(async () => {
  await product.close();
  await s3.close();
});

const path = "trends/projects.csv";
const october = { start_date: "2026-10-01", end_date: "2026-10-31" };
const file = /^PUT .*\/exports\//;
const record = /^PUT .*\/records\//;
const never = /^never$/;

const answers = (status: number, code: string): S3Fault => ({ answer: [status, code] });
const history = async () =>
  ((await (await product.get("exports?limit=100")).json()) as { exports: ExportAnswer[] }).exports;

let before: number;
beforeEach(async () => {
  s3.break(never, "reset", 0);
  before = (await history()).length;
});

describe("what passes is tried again, and the file is there once", () => {
  it.each<[string, RegExp, S3Fault, number]>([
    ["500 once for the file", file, answers(500, "InternalError"), 1],
    ["500 twice for the file", file, answers(500, "InternalError"), 2],
    ["503 SlowDown for the file", file, answers(503, "SlowDown"), 1],
    ["409 for the conditional write", file, answers(409, "ConditionalRequestConflict"), 1],
    ["a reset while the file is sent", file, "reset", 1],
    ["an answer that got lost after the file was stored", file, "lose-the-answer", 1],
    ["500 once for the record", record, answers(500, "InternalError"), 1],
    ["an answer that got lost after the record was stored", record, "lose-the-answer", 1],
  ])("%s", async (_, which, fault, times) => {
    const toggl = product.simulator.requests.length;
    s3.break(which, fault, times);
    const response = await product.post(path, october);
    expect(response.status).toBe(201);
    const { id, file: stored } = (await response.json()) as ExportAnswer;
    expect(s3.seen()).toBe(times + 1);
    expect(product.simulator.requests.length).toBe(toggl + 1);
    const keys = [...(await product.keys())].filter((key) => key.includes(id));
    expect(keys).toEqual([stored.key]);
    expect((await history())[0]?.id).toBe(id);
    expect(await history()).toHaveLength(before + 1);
  });
});

describe("what stays is told, and no export is in the history", () => {
  it.each<[string, RegExp, S3Fault, number]>([
    ["the file is denied", file, answers(403, "AccessDenied"), 1],
    ["the bucket is gone", file, answers(404, "NoSuchBucket"), 1],
    ["500 always for the file", file, answers(500, "InternalError"), 3],
    ["500 always for the record", record, answers(500, "InternalError"), 3],
    ["the record is denied", record, answers(403, "AccessDenied"), 1],
  ])("%s", async (_, which, fault, attempts) => {
    s3.break(which, fault, 100);
    const problem = await problemOf(await product.post(path, october));
    expect(problem).toMatchObject({ httpStatus: 503, code: "storage_unavailable", retryable: true });
    expect(s3.seen()).toBe(attempts);
    s3.break(never, "reset", 0);
    expect(await history()).toHaveLength(before);
  });

  it("the history cannot be read", async () => {
    s3.break(/^GET .*list-type/, answers(500, "InternalError"), 100);
    expect(await problemOf(await product.get("exports"))).toMatchObject({
      httpStatus: 503,
      code: "storage_unavailable",
    });
  });
});

describe("one Idempotency-Key makes one export, though the record cannot be written at first", () => {
  const files = async () => [...(await product.keys())].filter((key) => key.startsWith("exports/")).length;

  it("while the caller waits: the next request takes over the file that is there", async () => {
    const [requests, stored] = [product.simulator.requests.length, await files()];
    const headers = { "idempotency-key": "sync" };
    s3.break(record, answers(403, "AccessDenied"), 1);
    expect((await product.post(path, october, headers)).status).toBe(503);
    const response = await product.post(path, october, headers);
    expect(response.status).toBe(201);
    const made = (await response.json()) as ExportAnswer;
    expect((await fetch(made.download_url)).status).toBe(200);
    expect([product.simulator.requests.length, await files()]).toEqual([requests + 1, stored + 1]);
    expect(await history()).toHaveLength(before + 1);
  });

  it("in the background: the next request goes on with the export that is queued", async () => {
    const [requests, stored] = [product.simulator.requests.length, await files()];
    const headers = { "idempotency-key": "async", prefer: "respond-async" };
    s3.break(record, answers(403, "AccessDenied"), 1);
    expect((await product.post(path, october, headers)).status).toBe(503);
    const response = await product.post(path, october, headers);
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as ExportAnswer;
    const status = async () => ((await (await product.get(`exports/${id}`)).json()) as ExportAnswer).status;
    await expect.poll(status, { timeout: 20_000 }).toBe("succeeded");
    expect([product.simulator.requests.length, await files()]).toEqual([requests + 1, stored + 1]);
    expect(await history()).toHaveLength(before + 1);
  });
});

it("never calls an export queued that is running already", async () => {
  const requests = product.simulator.requests.length;
  product.simulator.misbehave("stall-before-headers");
  const isRunning = () => product.simulator.requests.length > requests;
  // The record of what was queued is held back until the run has written its own.
  const before = () => expect.poll(isRunning, { timeout: 10_000 }).toBe(true);
  s3.break(record, { before }, 1);
  const response = await product.post(path, october, { prefer: "respond-async" });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as ExportAnswer;
  const { status } = (await (await product.get(`exports/${id}`)).json()) as ExportAnswer;
  expect([status, s3.seen()]).toEqual(["running", 3]); // held back, the run's own, and tried again
  await crash(product);
  await timePasses(product); // or it would hold its token's queue for half an hour
  await expect.poll(() => queuesOf(product).queue.messages).toEqual([]);
}, 30_000);

it("answers everything before API Gateway gives up, though S3 and Toggl say nothing", async () => {
  const one = "exports/01KAT400000000000000000000";
  const asked = product.simulator.requests.length;
  product.simulator.misbehave("stall-before-headers");
  const ofToggl = product.post(path, october);
  await expect.poll(() => product.simulator.requests.length).toBe(asked + 1);
  s3.break(/^GET |^PUT .*\/exports\//, "stall", 100);
  const ofS3 = [product.post(path, october), ...["exports", one, `${one}/file`].map((address) => product.get(address))];
  // After 29 seconds the code is the gateway's own.
  expect(await problemOf(await ofToggl)).toMatchObject({
    httpStatus: 504,
    code: "toggl_timeout",
    detail: expect.stringContaining("respond-async"),
  });
  for (const call of ofS3) {
    expect(await problemOf(await call)).toMatchObject({ httpStatus: 503, code: "storage_unavailable" });
  }
}, 60_000);

it.each(['{"half', "null", "{}"])("has a history in spite of a damaged record: %s", async (damaged) => {
  const made = (await (await product.post(path, october)).json()) as ExportAnswer;
  const [key] = [...(await product.objects())].find(([, body]) => body.includes(made.id)) ?? [];
  await s3Of(product.local).send(new PutObjectCommand({ Bucket: product.local.bucket, Key: key ?? "", Body: damaged }));
  expect((await history()).map(({ id }) => id)).not.toContain(made.id);
  expect(await history()).toHaveLength(before);
  await expect.poll(() => product.logs.join("\n")).toContain("A record is damaged");
  for (const address of [`exports/${made.id}`, `exports/${made.id}/file`]) {
    expect(await problemOf(await product.get(address))).toMatchObject({ httpStatus: 500, code: "record_damaged" });
  }
});

it("says that a token is not set, before Toggl is asked", async () => {
  const fresh = await startProduct();
  try {
    for (const [value, code] of [
      [undefined, "token_not_set"],
      ["not a token", "token_not_set"],
    ] as const) {
      fresh.local.secrets.set("toggl/demo", value);
      expect(await problemOf(await fresh.post(path, october))).toMatchObject({ httpStatus: 503, code });
    }
    fresh.local.secrets.clear();
    expect(await problemOf(await fresh.post(path, october))).toMatchObject({ httpStatus: 503, code: "token_not_set" });
    expect(fresh.simulator.requests).toEqual([]);
  } finally {
    await fresh.close();
  }
});
