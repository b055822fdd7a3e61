import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExportAnswer, type Product, problemOf, startProduct } from "./product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const october = { start_date: "2026-10-01", end_date: "2026-10-31", billable: true };
const path = "trends/projects.csv";

const send = (key: string, body: object = october, to = path) => product.post(to, body, { "idempotency-key": key });
const make = async (key: string, body?: object) => {
  const response = await send(key, body);
  expect(response.status).toBe(201);
  return (await response.json()) as ExportAnswer;
};

it("makes one export of one key, however often it is asked for", async () => {
  const before = product.simulator.requests.length;
  const first = await make("once");
  const { end_date, ...rest } = october;
  const again = await make("once", { end_date, ...rest }); // the order of the fields says nothing
  expect(again.id).toBe(first.id);
  expect(product.simulator.requests.length).toBe(before + 1);
  expect((await fetch(again.download_url)).status).toBe(200);
});

it("asks Toggl once for fifty at the same time", async () => {
  const before = product.simulator.requests.length;
  const made = await Promise.all(Array.from({ length: 50 }, () => make("fifty")));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(product.simulator.requests.length).toBe(before + 1);
});

it.each([
  ["another body", { ...october, billable: false }, path],
  ["another format", october, "trends/projects.xlsx"],
])("refuses the key for %s", async (_, body, to) => {
  await make("reused");
  expect(await problemOf(await send("reused", body, to))).toMatchObject({
    httpStatus: 422,
    code: "idempotency_key_reused",
  });
});

it("gives the key back after a failure", async () => {
  product.simulator.misbehave("html-page");
  expect((await send("failed")).status).toBe(502);
  const made = await make("failed");
  expect(made.status).toBe("succeeded");
});

it("refuses a key that is too long", async () => {
  const problem = await problemOf(await send("x".repeat(256)));
  expect(problem).toMatchObject({ httpStatus: 400, errors: [{ field: "Idempotency-Key" }] });
});
