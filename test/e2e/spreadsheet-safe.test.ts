import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { recordKey } from "../../lambdas/core/exports/keys.ts";
import { type Product, problemOf, workspaceId } from "./product.ts";
import { history, monthly, putJson, settled, startScheduled } from "./scheduled.ts";

let product: Product;

beforeAll(async () => {
  product = await startScheduled([{ ...monthly, formats: ["csv", "xlsx"], spreadsheet_safe: true }]);
});
afterAll(() => product.close());

const body = { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" };

const made = async (asked: object) => {
  const response = await product.post("profitability/projects.csv", asked);
  expect(response.status).toBe(201);
  const answer = (await response.json()) as { file: Record<string, string>; download_url: string };
  return { ...answer, text: await (await fetch(answer.download_url)).text() };
};
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

it("makes cells safe that a spreadsheet would run, and no others, with both hashes", async () => {
  const plain = await made(body);
  const safe = await made({ ...body, spreadsheet_safe: true });
  expect(plain.text).toMatch(/,-\d/); // a loss, which is a number
  expect(plain.text).toContain('"=HYPERLINK(""');
  expect(safe.text).toBe(plain.text.replaceAll(/(^|,)("?)(?==)/gm, "$1$2'"));
  expect(safe).toMatchObject({
    spreadsheet_safe: true,
    parameters: body,
    file: { sha256: hashOf(safe.text), source_sha256: hashOf(plain.text), bytes: Buffer.byteLength(safe.text) },
  });
  expect(plain.file).toMatchObject({ sha256: hashOf(plain.text) });
  expect(plain.file).not.toHaveProperty("source_sha256");
  expect(product.simulator.requests.map((request) => request.body)).not.toContainEqual(
    expect.objectContaining({ spreadsheet_safe: expect.anything() }),
  );
});

it("tells one Idempotency-Key's request from the other", async () => {
  const headers = { "idempotency-key": "safe-or-not" };
  expect((await product.post("profitability/projects.csv", body, headers)).status).toBe(201);
  const reused = await product.post("profitability/projects.csv", { ...body, spreadsheet_safe: true }, headers);
  expect(await problemOf(reused)).toMatchObject({ code: "idempotency_key_reused" });
});

it("refuses it with the other faults of the body", async () => {
  const refused = await product.post("profitability/projects.xlsx", { spreadsheet_safe: true, currency: 7 });
  const { errors } = (await problemOf(refused)) as unknown as { errors: { field: string; detail: string }[] };
  expect(errors.map(({ field }) => field).sort()).toEqual(["currency", "spreadsheet_safe"]);
  const quoted = await product.post("profitability/projects.csv", { ...body, spreadsheet_safe: "yes" });
  expect(await problemOf(quoted)).toMatchObject({
    code: "invalid_request",
    errors: [{ field: "spreadsheet_safe", detail: "must be true or false, without quotes" }],
  });
});

it("does so for a schedule, and keeps both hashes when a killed run is taken over", async () => {
  const occurrence = new Date("2026-11-03T05:00:00Z");
  const before = (await history(product)).length;
  product.local.fire("monthly", occurrence);
  const exports = await settled(product, before + 2);
  const csv = exports.find(({ schedule, format }) => schedule === "monthly" && format === "csv");
  const xlsx = exports.find(({ schedule, format }) => schedule === "monthly" && format === "xlsx");
  expect(csv).toMatchObject({
    spreadsheet_safe: true,
    file: { source_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  expect(xlsx).not.toHaveProperty("spreadsheet_safe");
  if (!csv) throw new Error("no csv");

  const {
    file,
    completed_at: _,
    asked_at: ___,
    toggl: __,
    ...running
  } = csv as typeof csv & { asked_at?: string; event_sent_at?: string };
  const record = { ...running, status: "running", attempts: 1, event_sent_at: undefined };
  await putJson(product, recordKey(workspaceId, csv.id), record);
  const requests = product.simulator.requests.length;
  expect((await product.post("schedules/monthly/runs", { occurrence: occurrence.toISOString() })).status).toBe(202);
  await expect
    .poll(async () => (await (await product.get(`exports/${csv.id}`)).json()) as object)
    .toMatchObject({ status: "succeeded", attempts: 2, file });
  expect(product.simulator.requests).toHaveLength(requests);
});
