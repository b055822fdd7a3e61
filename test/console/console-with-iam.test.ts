import { afterAll, beforeAll, expect, it } from "vitest";
import { welcome } from "../../cli/start/welcome.ts";
import { type Product, startProduct, workspaceId } from "../e2e/product.ts";

let product: Product;
let token: string;

beforeAll(async () => {
  product = await startProduct({ LOCAL_AUTH: "iam" });
  const document = await (await fetch(product.local.consoleUrl)).text();
  token = /name="console-token" content="([^"]+)"/.exec(document)?.[1] ?? "";
});
afterAll(() => product.close());

const body = JSON.stringify({ currency: "usd", start_date: "2026-10-01", end_date: "2026-10-31" });

const call = (path: string, init: RequestInit = {}) =>
  fetch(`${product.local.url}${path}`, { ...init, headers: { "x-console-token": token, ...init.headers } });

it("signs what the page asks for, where the API lets in only who signs", async () => {
  const path = `/workspace/${workspaceId}/profitability/projects.csv`;
  const unsigned = await fetch(`${product.local.url}${path}`, { method: "POST", body });
  expect(unsigned.status).toBe(403);
  const headers = { "content-type": "application/json" };
  const made = await call(`/api${path}`, { method: "POST", body, headers });
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: string };
  const history = await call(`/api/workspace/${workspaceId}/exports?limit=1&report=profitability%2Fprojects`);
  expect(await history.json()).toMatchObject({ exports: [{ id }] });
});

it("gives the page, and so what it signs with, only to who has the address that was printed", async () => {
  expect(product.local.consoleUrl).toMatch(/\/\?key=[\w-]{32}$/);
  expect(welcome(product.local)).toContain(`See it in the browser: ${product.local.consoleUrl}\n`);
  for (const path of ["/", "/?", "/?key=", "/?key=wrong", `/?Key=${product.local.consoleUrl.split("=")[1]}`, "/?key"]) {
    const refused = await fetch(`${product.local.url}${path}`);
    const text = await refused.text();
    expect({ status: refused.status, ...JSON.parse(text) }, path).toMatchObject({
      status: 403,
      code: "console_key_missing",
    });
    expect(text).not.toContain("console-token");
  }
});

it("hands the page no key and no token that it signs or asks Toggl with", async () => {
  const paths = ["/", "/console/settings", `/api/workspace/${workspaceId}/exports`, `/api/workspace/1/exports`];
  const answers = await Promise.all(paths.map(async (path) => (await call(path)).text()));
  const secrets = [
    ...(product.local.callers ?? []).flatMap(({ accessKeyId, secretAccessKey }) => [accessKeyId, secretAccessKey]),
    product.local.settings.credentials.secretAccessKey,
    ...product.tokens,
  ];
  expect(secrets.length).toBeGreaterThan(3);
  for (const secret of secrets) expect(answers.join("\n")).not.toContain(secret);
});

it("leaves every other address to the API", async () => {
  for (const path of ["/workspace", "/index.html", "/apis", "/console", "//api/x"]) {
    const answer = await fetch(`${product.local.url}${path}`);
    expect(await answer.json(), path).toMatchObject({ status: 403, code: "not_signed_or_no_such_route" });
  }
});
