import type { APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import { CompactSign, exportJWK, generateKeyPair } from "jose";
import { afterAll, beforeAll } from "vitest";
import { jwtVerifier } from "../../lambdas/adapters/aws/jwt-verifier.ts";
import { authorizeCaller } from "../../lambdas/authorize-caller/handler.ts";
import type { Listening } from "../../local/listening.ts";
import { serveFetch } from "../../local/serve-fetch.ts";
import { silent } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const audience = "toggl-insights";
const now = Date.parse("2026-11-25T12:00:00Z") / 1000;
const keys = await generateKeyPair("ES256");

let issuer: Listening;
let authorize: (event: APIGatewayTokenAuthorizerEvent) => Promise<unknown>;
beforeAll(async () => {
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: "key-1", alg: "ES256", use: "sig" };
  issuer = await serveFetch(async ({ url }) =>
    Response.json(url.endsWith("/jwks") ? { keys: [jwk] } : { jwks_uri: `${issuer.url}/jwks` }),
  );
  const verify = jwtVerifier({ issuer: issuer.url, audience, clock: { now: () => now * 1000 } });
  authorize = authorizeCaller({ verify, claim: "workspaces", telemetry: silent });
});
afterAll(() => issuer.close());

/** What a token with these claims beside the ordinary ones may do: a claim of undefined is left out. */
async function callerWith(claims: Readonly<Record<string, unknown>>, raw?: string) {
  const ordinary = { iss: issuer.url, aud: audience, sub: "a", iat: now - 60, exp: now + 300, workspaces: [123] };
  const payload = raw ?? JSON.stringify({ ...ordinary, ...claims });
  const token = await new CompactSign(new TextEncoder().encode(payload))
    .setProtectedHeader({ alg: "ES256", kid: "key-1" })
    .sign(keys.privateKey);
  const event = { type: "TOKEN", authorizationToken: `Bearer ${token}`, methodArn: "arn:api/v1/GET/workspace/123" };
  try {
    const { context, principalId } = (await authorize(event as APIGatewayTokenAuthorizerEvent)) as {
      context: { workspaces: string };
      principalId: unknown;
    };
    return { workspaces: context.workspaces, isText: typeof principalId === "string" };
  } catch (error) {
    return (error as Error).message === "Unauthorized" ? 401 : 500; // as API Gateway answers
  }
}

const allowed = { workspaces: "123", isText: true };
const nothing = { workspaces: "", isText: true };

/** An object that cannot be written as text. */
const unwritable = { toString: 1, valueOf: 1 };

reportedCases(
  "A JWT is taken only with an end, a beginning that is past, and claims of the right kind",
  (
    [
      ["an ordinary one", {}, "right", allowed],
      ["no exp", { exp: undefined }, "right, but no test said so", 401],
      ["exp as text", { exp: String(now + 300) }, "right, but no test said so", 401],
      ["exp of null", { exp: null }, "right, but no test said so", 401],
      ["exp as an object", { exp: {} }, "right, but no test said so", 401],
      ["exp as a list", { exp: [now + 300] }, "right, but no test said so", 401],
      ["exp that is past", { exp: now - 10 }, "right", 401],
      ["exp of 0", { exp: 0 }, "right", 401],
      ["exp that is past by less than clocks differ", { exp: now - 4 }, "right", allowed],
      ["nbf in the future", { nbf: now + 60 }, "right, but no test said so", 401],
      ["nbf as text", { nbf: "soon" }, "right, but no test said so", 401],
      ["nbf that is past", { nbf: now - 60 }, "right", allowed],
      ["iat in the future", { iat: now + 60 }, "taken", 401],
      ["iat ahead by less than clocks differ", { iat: now + 4 }, "right", allowed],
      ["iat as text", { iat: "yesterday" }, "right, but no test said so", 401],
      ["no iat", { iat: undefined }, "right", allowed],
      ["sub as an object", { sub: { id: 1 } }, "500", 401],
      ["sub as a number", { sub: 7 }, "500", 401],
      ["sub of null", { sub: null }, 'taken as "unknown"', 401],
      ["no sub", { sub: undefined }, "right", allowed],
      ["aud as an object", { aud: { a: audience } }, "right", 401],
      ["aud as a list", { aud: ["x", audience] }, "right", allowed],
      ["iss as an object", { iss: {} }, "right", 401],
      ["workspaces as an object", { workspaces: { 123: true } }, "right", nothing],
      ["workspaces as an object that cannot be written", { workspaces: unwritable }, "500", nothing],
      ["a list with one of those in it", { workspaces: [unwritable, 123] }, "500", allowed],
      ["a list in a list", { workspaces: [[123]] }, "right", nothing],
      ["true", { workspaces: true }, "right", nothing],
      ["null", { workspaces: null }, "right", nothing],
      ["a list of null", { workspaces: [null, 123] }, "right", allowed],
      ["a broken number", { workspaces: 123.5 }, "right", nothing],
    ] as const
  ).map(([name, claims, before, right]) => ({ name, before, right, now: () => callerWith(claims) })),
);

reportedCases("Claims that are no object of claims are no token", [
  ...["null", "[]", "7", '"x"', "{", ""].map((raw) => ({
    name: raw || "nothing",
    before: "right",
    right: 401,
    now: () => callerWith({}, raw),
  })),
  {
    name: "exp of 1e999, which never comes",
    before: "taken",
    right: 401,
    now: () => {
      const claims = { iss: issuer.url, aud: audience, workspaces: [123] };
      return callerWith({}, `${JSON.stringify(claims).slice(0, -1)},"exp":1e999}`);
    },
  },
]);
