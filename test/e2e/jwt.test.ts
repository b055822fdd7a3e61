import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Listening } from "../../local/listening.ts";
import { serveFetch } from "../../local/serve-fetch.ts";
import { configFile } from "../lib/synthesized.ts";
import { type Product, problemOf, startProduct, workspaceId } from "./product.ts";

const otherWorkspace = 7654321;
const audience = "toggl-insights";

let issuer: Listening;
let isIssuerDown = false;
let product: Product;
const keys = await generateKeyPair("ES256");
const foreignKeys = await generateKeyPair("ES256");

beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "key-1", alg: "ES256", use: "sig" };
  issuer = await serveFetch(async ({ url }) => {
    if (isIssuerDown) return new Response("down", { status: 503 });
    if (url.endsWith("/.well-known/openid-configuration")) return Response.json({ jwks_uri: `${issuer.url}/jwks` });
    return url.endsWith("/jwks") ? Response.json({ keys: [jwk] }) : new Response(null, { status: 404 });
  });
  const workspaces = [workspaceId, otherWorkspace].map((id) => ({ id, name: `W${id}`, token_secret: "toggl/demo" }));
  const auth = { jwt: { issuer: issuer.url, audience, workspace_claim: "workspaces" } };
  product = await startProduct({ INSIGHTS_CONFIG: configFile({ workspaces, auth }) });
});
afterAll(async () => {
  await product.close();
  await issuer.close();
});

interface TokenOptions {
  readonly claims?: Record<string, unknown>;
  readonly key?: (typeof keys)["privateKey"];
  readonly iss?: string;
  readonly aud?: string;
  readonly expires?: string | number;
  readonly kid?: string;
}

const tokenWith = (options: TokenOptions = {}) => {
  const { claims = { workspaces: [workspaceId] }, key = keys.privateKey, expires = "5m", kid = "key-1" } = options;
  const { iss = issuer.url, aud = audience } = options;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: "ES256", kid })
    .setSubject("accounts@acme.example")
    .setIssuer(iss)
    .setAudience(aud)
    .setExpirationTime(expires)
    .sign(key);
};

const call = (authorization: string | undefined, workspace: number | string = workspaceId) =>
  fetch(`${product.local.url}/workspace/${workspace}/exports`, { headers: authorization ? { authorization } : {} });

describe("the bearer of a JWT", () => {
  it.each([
    ["a list", [workspaceId, 5]],
    ["a number", workspaceId],
    ["text", String(workspaceId)],
    ["text with several", `5 ${workspaceId}`],
  ])("gets at the workspace that the claim names, as %s", async (_, workspaces) => {
    const token = `Bearer ${await tokenWith({ claims: { workspaces } })}`;
    expect((await call(token)).status).toBe(200);
    expect(await problemOf(await call(token, otherWorkspace))).toMatchObject({
      httpStatus: 403,
      contentType: "application/problem+json",
      code: "access_denied",
    });
  });

  it("makes exports, and is told what is not configured", async () => {
    const headers = { authorization: `Bearer ${await tokenWith({ claims: { workspaces: [workspaceId, 42] } })}` };
    expect((await product.post("trends/projects.csv", { start_date: "2026-10-01" }, headers)).status).toBe(201);
    expect(await problemOf(await call(headers.authorization, 42))).toMatchObject({ code: "workspace_not_configured" });
  });

  it("gets at nothing without a workspace in the claim", async () => {
    for (const claims of [{}, { workspaces: [] }, { workspaces: ["*"] }, { workspaces: { id: workspaceId } }]) {
      expect(await problemOf(await call(`Bearer ${await tokenWith({ claims })}`))).toMatchObject({
        code: "access_denied",
      });
    }
  });
});

it.each<[string, () => Promise<string | undefined> | string | undefined]>([
  ["nothing", () => undefined],
  ["a password", () => `Basic ${Buffer.from("a:b").toString("base64")}`],
  ["no token", () => "Bearer x"],
  ["an expired token", async () => `Bearer ${await tokenWith({ expires: 1 })}`],
  ["another issuer's token", async () => `Bearer ${await tokenWith({ iss: "https://evil.example" })}`],
  ["a token for somebody else", async () => `Bearer ${await tokenWith({ aud: "other" })}`],
  ["a token signed by another key", async () => `Bearer ${await tokenWith({ key: foreignKeys.privateKey })}`],
  ["a token of an unknown key", async () => `Bearer ${await tokenWith({ kid: "key-2" })}`],
  ["a changed token", async () => `Bearer ${(await tokenWith()).replace(/\.[^.]+\./, ".eyJ3b3Jrc3BhY2VzIjpbMV19.")}`],
  [
    "an unsigned token",
    async () => {
      const [, payload] = (await tokenWith()).split(".");
      return `Bearer ${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.AA`;
    },
  ],
])("refuses %s with 401", async (_, authorization) => {
  const before = product.simulator.requests.length;
  expect(await problemOf(await call(await authorization()))).toMatchObject({
    httpStatus: 401,
    contentType: "application/problem+json",
    code: "invalid_token",
    retryable: false,
  });
  expect(product.simulator.requests).toHaveLength(before);
});

it("does not call a valid token invalid when the issuer does not answer, and goes on when it does", async () => {
  await product.restart(); // with nothing kept
  isIssuerDown = true;
  const token = `Bearer ${await tokenWith()}`;
  expect(await problemOf(await call(token))).toMatchObject({
    httpStatus: 500,
    code: "gateway_failed",
    retryable: true,
  });
  isIssuerDown = false;
  expect((await call(token)).status).toBe(200);
});

it("does not let an encoded path around the claim", async () => {
  const token = `Bearer ${await tokenWith()}`;
  const digits = [...String(otherWorkspace)].map((digit) => `%3${digit}`).join("");
  for (const path of [digits, `${workspaceId}%2f..%2f${otherWorkspace}`, `${workspaceId}/../${otherWorkspace}`]) {
    const answer = await call(token, path);
    expect([400, 403, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain('"exports"');
  }
});
