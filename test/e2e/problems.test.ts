import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FaultName } from "../../local/toggl-simulator/faults.ts";
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
  const [requests, objects] = [product.simulator.requests.length, (await product.objects()).size];
  const problem = await problemOf(await ask());
  expect(product.simulator.requests.length).toBe(requests);
  expect((await product.objects()).size).toBe(objects);
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
    const problem = await untouched(() => product.post(csv, " ".repeat(11 * 1024 * 1024)));
    expect(problem).toMatchObject({ httpStatus: 413, code: "request_too_large" });
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
    expect(await untouched(deletion)).toMatchObject({ httpStatus: 403, code: "not_signed_or_no_such_route" });
  });
});

describe("what Toggl does wrong is told, and no file is stored", () => {
  it.each<[FaultName, number, string]>([
    ["html-page", 502, "toggl_invalid_file"],
    ["json-error", 502, "toggl_invalid_file"],
    ["other-format", 502, "toggl_invalid_file"],
    ["cut-between-chunks", 502, "toggl_invalid_file"],
    ["empty-body", 502, "toggl_invalid_file"],
    ["quota-spent", 429, "toggl_quota_exhausted"],
    ["feature-missing", 402, "toggl_feature_required"],
    ["bad-request", 400, "toggl_rejected"],
    ["throttled-with-date", 429, "toggl_rate_limited"],
    ["gone", 502, "toggl_gone"],
  ])("%s", async (fault, status, code) => {
    product.simulator.misbehave(fault);
    const response = await product.post(csv, good);
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ httpStatus: status, code, contentType: "application/problem+json" });
    if (status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(100);
    expect((await product.objects()).size).toBe(0);
  });

  it("a silent Toggl within 26 seconds, naming the way around", async () => {
    product.simulator.misbehave("stall-before-headers");
    const startedAt = Date.now();
    const problem = await problemOf(await product.post(csv, good));
    expect(Date.now() - startedAt).toBeLessThan(26_000);
    expect(problem).toMatchObject({
      httpStatus: 504,
      code: "toggl_timeout",
      detail: expect.stringContaining("respond-async"),
    });
  }, 40_000);

  it("a token that Toggl refuses twice", async () => {
    product.tokens.splice(0);
    const problem = await problemOf(await product.post(csv, good));
    expect(problem).toMatchObject({ httpStatus: 502, code: "toggl_credentials_rejected", retryable: false });
    expect((await product.objects()).size).toBe(0);
  });
});
