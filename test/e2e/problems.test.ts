import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, problemOf, startProduct, workspaceId } from "./product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const good = { currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" };
const csv = "profitability/projects.csv";

const askRaw = (path: string, init: RequestInit = { method: "POST", body: JSON.stringify(good) }) =>
  fetch(`${product.local.url}${path}`, init);

/** Whatever is asked, Toggl is not called and nothing is stored. */
const untouched = async (ask: () => Promise<Response>) => {
  const [requests, objects] = [product.simulator.requests.length, (await product.keys()).size];
  const problem = await problemOf(await ask());
  expect(product.simulator.requests.length).toBe(requests);
  expect((await product.keys()).size).toBe(objects);
  expect(problem).toMatchObject({
    contentType: "application/problem+json",
    status: problem.httpStatus,
    type: `urn:toggl-insights:problem:${(problem as unknown as { code: string }).code}`,
    title: expect.any(String),
    detail: expect.any(String),
    instance: expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/),
    retryable: expect.any(Boolean),
  });
  return problem;
};

describe("bad input gets a clear problem, before Toggl is asked", () => {
  it.each<[string, unknown, object]>([
    ["a day that does not exist", { ...good, end_date: "2026-02-30" }, { errors: [{ field: "end_date" }] }],
    ["a start after the end", { ...good, start_date: "2026-11-01" }, { errors: [{ field: "start_date" }] }],
    ["a currency of the wrong type", { ...good, currency: 5 }, { errors: [{ field: "currency" }] }],
    ["an unknown currency", { ...good, currency: "doubloon" }, { errors: [{ field: "currency" }] }],
    ["no currency", { start_date: "2026-10-01" }, { errors: [{ field: "currency" }] }],
    ["an unknown field", { ...good, colour: "blue" }, { errors: [{ field: "colour" }] }],
    ["a quarter for projects", { ...good, resolution: "quarter" }, { errors: [{ field: "resolution" }] }],
    ["broken JSON", '{"currency": usd}', { detail: expect.stringContaining("not JSON") }],
    ["a list", [], { detail: expect.stringContaining("JSON object") }],
    ["nothing", "", { detail: expect.stringContaining("empty") }],
    [
      "a body of 1 MB",
      { ...good, project_ids: Array.from({ length: 130_000 }, (_, id) => id + 1e6) },
      { detail: expect.stringContaining("at most") },
    ],
  ])("%s", async (_, body, expected) => {
    const problem = await untouched(() => product.post(csv, body));
    expect(problem).toMatchObject({ httpStatus: 400, code: "invalid_request", retryable: false, ...expected });
  });

  it("a body beyond what the gateway takes", async () => {
    const requests = product.simulator.requests.length;
    const answer = await product.post(csv, " ".repeat(11 * 1024 * 1024));
    expect(answer.status).toBe(413);
    expect(await answer.text()).toBe("HTTP content length exceeded 10485760 bytes."); // nobody can customize this one
    expect(product.simulator.requests.length).toBe(requests);
  });

  it("a body that the gateway takes and Lambda does not", async () => {
    const answer = await product.post(csv, " ".repeat(5 * 1024 * 1024)); // 6.7 MB as base64
    expect(await problemOf(answer)).toMatchObject({ httpStatus: 413, code: "gateway_refused" });
  });

  it.each(["profitability/projects.csv", "data_trends/projects"])("another workspace for %s", async (path) => {
    const problem = await untouched(() => askRaw(`/workspace/999/${path}`));
    expect(problem).toMatchObject({ httpStatus: 403, code: "workspace_not_configured" });
  });

  it.each([
    "abc",
    "0",
    "-1",
    "1.5",
    "1e3",
    "01234567",
    "%31234567x",
    "١٢٣",
    "1234567%2F..%2F8",
    "9".repeat(30),
    "%E0%A4",
  ])("the workspace id %s", async (id) => {
    const problem = await untouched(() => askRaw(`/workspace/${id}/${csv}`));
    expect([400, 403, 404]).toContain(problem.httpStatus);
  });

  it.each(["01KAT4XJ5Q8Z3V7C2B9N0M6R1T", "x", "..%2F..%2Fetc%2Fpasswd", "01KAT4XJ5Q8Z3V7C2B9N0M6R1T%00", "%2e%2e"])(
    "the export id %s",
    async (id) => {
      for (const path of [`exports/${id}`, `exports/${id}/file`]) {
        const problem = await untouched(() => askRaw(`/workspace/${workspaceId}/${path}`, { method: "GET" }));
        expect([403, 404]).toContain(problem.httpStatus);
      }
    },
  );

  it("an address that does not exist, and a method that does not", async () => {
    expect(await untouched(() => askRaw("/nowhere/at/all"))).toMatchObject({
      httpStatus: 404,
      code: "route_not_found",
    });
    const deletion = () => askRaw(`/workspace/${workspaceId}/exports`, { method: "DELETE" });
    expect(await untouched(deletion)).toMatchObject({ httpStatus: 404, code: "route_not_found" });
  });
});
