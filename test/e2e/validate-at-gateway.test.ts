import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { configFile } from "../lib/synthesized.ts";
import { type Product, problemOf, startProduct, workspaceId } from "./product.ts";
import { monthly } from "./scheduled.ts";

let product: Product;
/** The functions behind the gateway that were called. */
const called: string[] = [];

beforeAll(async () => {
  const workspaces = [{ id: workspaceId, name: "Demo", token_secret: "toggl/demo" }];
  const config = { workspaces, schedules: [monthly], validate_at_gateway: true };
  product = await startProduct({ INSIGHTS_CONFIG: configFile(config) });
  for (const [id, hosted] of product.local.functions) {
    if (!id.startsWith("Functions")) continue; // the queue calls the other
    const { invoke } = hosted;
    hosted.invoke = (event) => {
      called.push(id);
      return invoke(event);
    };
  }
});
beforeEach(() => called.splice(0));
afterAll(() => product.close());

const runs = "schedules/monthly/runs";

it.each<[string, string, unknown]>([
  ["a field of the wrong type", "trends/projects.csv", { billable: "true" }],
  ["an unknown field", "profitability/projects.xlsx", { currency: "usd", colour: 1 }],
  ["a missing field", "profitability/employees.csv", { currency: "usd" }],
  ["no field at all", "data_trends/projects", {}],
  ["no body", "data_trends/projects", ""],
  ["broken JSON", "profitability/projects.csv", '{"currency":'],
  ["an option of the wrong type", runs, { refresh: "no" }],
  ["such an option, whatever the schedule", "schedules/none/runs", { refresh: "no" }],
])("the gateway refuses %s by itself, and calls no function", async (_, path, body) => {
  const problem = await problemOf(await product.post(path, body));
  expect(problem).toMatchObject({
    httpStatus: 400,
    contentType: "application/problem+json",
    code: "invalid_request",
    status: 400,
    detail: expect.stringContaining("GET /openapi.json"),
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
  });
  expect(problem).not.toHaveProperty("errors");
  expect(called).toEqual([]);
});

it.each<[string, unknown, number]>([
  ["trends/projects.csv", { start_date: "2026-10-01", billable: true }, 201],
  ["profitability/projects.csv", { currency: "usd", client_ids: [1, null], spreadsheet_safe: true }, 201],
  ["profitability/projects.xlsx", { currency: "usd", spreadsheet_safe: false }, 201],
  ["data_trends/projects", { start_date: "2026-10-01" }, 200],
  [runs, { occurrence: "2026-11-03T05:00Z", refresh: false }, 202],
  [runs, "", 202],
  ["schedules/none/runs", { refresh: false }, 404],
])("what fits goes through: %s %j", async (path, body, status) => {
  expect((await product.post(path, body)).status).toBe(status);
  expect(called[0]).toMatch(/LoadTrends|CreateExport/);
});

it.each<[string, object, Record<string, string>]>([
  ["what a schema cannot tell", { start_date: "2026-10-02", end_date: "2026-10-01" }, {}],
  ["what has no model", { start_date: "yesterday" }, { "content-type": "application/x-www-form-urlencoded" }],
])("the functions refuse %s, and name the field", async (_, body, headers) => {
  expect(await problemOf(await product.post("trends/projects.csv", body, headers))).toMatchObject({
    httpStatus: 400,
    code: "invalid_request",
    errors: [{ field: "start_date" }],
  });
  expect(called).toHaveLength(1);
});
