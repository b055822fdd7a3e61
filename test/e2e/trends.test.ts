import { request } from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { dataTrends } from "../../local/toggl-simulator/reports.ts";
import { type Product, startProduct, workspaceId } from "./product.ts";

let product: Product;

beforeAll(async () => {
  product = await startProduct();
});
beforeEach(() => product.simulator.inflate(0));
afterAll(() => product.close());

const path = "data_trends/projects";
const week = { start_date: "2026-10-05", end_date: "2026-10-11", project_ids: [1001, 1002, 1003] };

/** As it comes over the wire: fetch would ask for gzip and decode it by itself. */
const wire = (acceptEncoding: string) =>
  new Promise<{ status: number | undefined; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const url = `${product.local.url}/workspace/${workspaceId}/${path}`;
    const headers = { "accept-encoding": acceptEncoding };
    const call = request(url, { method: "POST", headers }, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, body: await buffer(response) });
    });
    call.on("error", reject).end(JSON.stringify(week));
  });

it("hands Toggl's JSON on byte for byte", async () => {
  const response = await product.post(path, week);
  expect(response.status).toBe(200);
  expect(await response.text()).toBe(JSON.stringify(dataTrends(product.simulator.source, week)));
  expect(product.simulator.requests.at(-1)?.body).toEqual(week);
});

it("does not send again what the caller has", async () => {
  const etag = (await product.post(path, week)).headers.get("etag") ?? "";
  const known = await product.post(path, week, { "if-none-match": `"other", ${etag}` });
  expect([known.status, await known.text(), known.headers.get("etag")]).toEqual([304, "", etag]);
  expect((await product.post(path, week, { "if-none-match": '"other"' })).status).toBe(200);
});

it("compresses what is too large for Lambda, for callers who take that", async () => {
  product.simulator.inflate(8_000_000);
  const { status, headers, body } = await wire("br;q=1, gzip;q=0.5");
  expect(status).toBe(200);
  expect(headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
  const items = JSON.stringify(dataTrends(product.simulator.source, week)).slice(1, -1);
  const whole = gunzipSync(body).toString("utf8");
  expect(whole.length).toBeGreaterThan(8_000_000);
  expect(whole.replaceAll(items, "").replaceAll(",", "")).toBe("[]");
});

it.each(["identity", "gzip;q=0", "br"])("names both ways out to who takes only %s", async (acceptEncoding) => {
  product.simulator.inflate(8_000_000);
  const { status, headers, body } = await wire(acceptEncoding);
  expect([status, headers["content-type"]]).toEqual([406, "application/problem+json"]);
  const { code, detail } = JSON.parse(body.toString("utf8"));
  expect(code).toBe("response_too_large");
  expect(detail).toMatch(/Accept-Encoding: gzip.*shorter period/);
});
