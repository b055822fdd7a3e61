import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signedHeaders } from "../../client/sign-request.ts";
import { problemOf, startProduct, workspaceId } from "./product.ts";

type Product = Awaited<ReturnType<typeof startProduct>>;
let product: Product;

beforeAll(async () => {
  const umask = process.umask(0o022); // as most people have it
  product = await startProduct({ LOCAL_AUTH: "iam" });
  process.umask(umask);
});
afterAll(() => product.close());

const october = JSON.stringify({ currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" });

interface Call {
  readonly method?: string;
  readonly body?: string;
  /** What is changed after it was signed. */
  readonly tamper?: (sent: { url: URL; headers: Record<string, string>; body: string | undefined }) => object;
  readonly region?: string;
}

const signerNamed = (name: string) => {
  const caller = product.local.callers?.find((one) => one.name === name);
  if (!caller) throw new Error(`no caller ${name}`);
  const { accessKeyId, secretAccessKey } = caller;
  return { region: product.local.settings.region, credentials: { accessKeyId, secretAccessKey } };
};

const call = async (name: string, path: string, { method = "GET", body, tamper, region }: Call = {}) => {
  const url = new URL(`${product.local.url}${path}`);
  const signer = signerNamed(name);
  const headers = await signedHeaders(method, url, body, { ...signer, ...(region && { region }) });
  const sent = { url, headers, body, ...tamper?.({ url, headers, body }) };
  const { url: target, ...init } = { method, redirect: "manual" as const, ...sent };
  return fetch(target, { ...init, body: init.body ?? null });
};

const own = `/workspace/${workspaceId}`;
const other = "/workspace/42";

describe.each([
  ["workspace-caller", { history: 200, export: 201, run: 404, otherWorkspace: "access_denied" }],
  ["read-only-caller", { history: 200, export: 403, run: 403, otherWorkspace: "workspace_not_configured" }],
  ["operator", { history: 200, export: 403, run: 404, otherWorkspace: "workspace_not_configured" }],
] as const)("%s", (name, may) => {
  it("may do what its policy says", async () => {
    expect((await call(name, `${own}/exports?limit=1`)).status).toBe(may.history);
    const made = await call(name, `${own}/profitability/projects.csv`, { method: "POST", body: october });
    expect(made.status).toBe(may.export);
    if (made.status === 403) expect(await problemOf(made)).toMatchObject({ code: "access_denied", retryable: false });
    expect((await call(name, `${own}/schedules/none/runs`, { method: "POST" })).status).toBe(may.run);
    expect((await call(name, `${own}/schedules/none/latest.csv`, { method: "HEAD" })).status).toBe(404); // let in
    expect(await problemOf(await call(name, `${other}/exports`))).toMatchObject({ code: may.otherWorkspace });
  });
});

it("answers who did not sign as the deployed API does", async () => {
  expect(await problemOf(await product.get("exports"))).toMatchObject({
    httpStatus: 403,
    contentType: "application/problem+json",
    code: "not_signed_or_no_such_route",
  });
});

it.each<[string, Call]>([
  ["another path", { tamper: ({ url }) => ({ url: new URL(url.href.replace("/exports", "/schedules")) }) }],
  ["another query", { tamper: ({ url }) => ({ url: new URL(`${url}?limit=7`) }) }],
  ["another body", { method: "POST", body: october, tamper: () => ({ body: "{}" }) }],
  ["another date", { tamper: ({ headers }) => ({ headers: { ...headers, "x-amz-date": "20200101T000000Z" } }) }],
  ["another region", { region: "eu-west-9" }],
  [
    "an unknown key",
    {
      tamper: ({ headers }) => {
        const authorization = headers.authorization?.replace("AKIAWORKSPACECALLER", "AKIANOBODY");
        return { headers: { ...headers, authorization } };
      },
    },
  ],
  ["no signature at all", { tamper: ({ headers }) => ({ headers: { ...headers, authorization: "Basic x" } }) }],
])("refuses what was signed for %s", async (_, options) => {
  const path = options.method === "POST" ? `${own}/profitability/projects.csv` : `${own}/exports`;
  const requests = product.simulator.requests.length;
  const refused = await call("workspace-caller", path, options);
  expect(await problemOf(refused)).toMatchObject({ httpStatus: 403, code: "invalid_signature" });
  expect(product.simulator.requests).toHaveLength(requests);
});

it("does not let an encoded path around a policy", async () => {
  for (const path of ["/workspace/%34%32/exports", `${own}%2f..%2f42/exports`, `${own}/../42/exports`]) {
    const answer = await call("workspace-caller", path);
    expect([403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain('"exports"');
  }
});

it("keeps what npm start writes, the synthesized stack too, from everybody else on the machine", async () => {
  await call("workspace-caller", `${own}/profitability/projects.csv`, { method: "POST", body: october });
  const { dataDirectory } = product.local.settings;
  const written = ["", ...readdirSync(dataDirectory, { recursive: true, encoding: "utf8" })];
  const open = written.filter((name) => (statSync(join(dataDirectory, name)).mode & 0o077) !== 0);
  expect(written.length).toBeGreaterThan(20);
  expect(open).toEqual([]);
});
