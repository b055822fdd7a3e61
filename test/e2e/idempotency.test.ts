import { afterAll, beforeAll, expect, it } from "vitest";
import { type ExportAnswer, type Product, problemOf, startProduct } from "./product.ts";
import { type S3Gate, startS3Gate } from "./s3-gate.ts";

let s3: S3Gate;
let product: Product;

beforeAll(async () => {
  s3 = await startS3Gate();
  product = await startProduct({ ...s3.env, LOCAL_FUNCTION_PROCESSES: String(processes) });
});
afterAll(async () => {
  await product.close();
  await s3.close();
});

const processes = 8;

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
  const looking = s3.gather(/^GET .*\/idempotency\//, processes); // each sees that nobody has the key
  const made = await Promise.all(Array.from({ length: 50 }, () => make("fifty")));
  await looking;
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(product.simulator.requests.length).toBe(before + 1);
});

it("queues one export in the background for ten at the same time", async () => {
  const before = product.simulator.requests.length;
  const looking = s3.gather(/^GET .*\/idempotency\//, processes);
  const headers = { "idempotency-key": "ten", prefer: "respond-async" };
  const queued = await Promise.all(Array.from({ length: 10 }, () => product.post(path, october, headers)));
  await looking;
  const ids = await Promise.all(queued.map(async (response) => ((await response.json()) as ExportAnswer).id));
  expect(new Set(ids).size).toBe(1);
  const status = async () => ((await (await product.get(`exports/${ids[0]}`)).json()) as ExportAnswer).status;
  await expect.poll(status).toBe("succeeded");
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
