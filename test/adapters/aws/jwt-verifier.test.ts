import { CompactSign, exportJWK, generateKeyPair, type JWTPayload } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { jwtVerifier } from "../../../lambdas/adapters/aws/jwt-verifier.ts";
import type { Listening } from "../../../local/listening.ts";
import { serveFetch } from "../../../local/serve-fetch.ts";

const algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"];
const audience = "toggl-insights";
type Claims = { readonly [claim in keyof JWTPayload]: unknown };

const now = Date.parse("2026-11-26T10:00:00Z");
const seconds = now / 1000;

/** What the issuer answers when it is asked for its configuration; its keys, unless something is wrong. */
let configuration: () => Response;
let asked: string[] = [];
let issuer: Listening;
type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];
const keyOf = new Map<string, Key>();

beforeAll(async () => {
  const keys: object[] = [];
  for (const alg of algorithms) {
    const { publicKey, privateKey } = await generateKeyPair(alg);
    keyOf.set(alg, privateKey);
    keys.push({ ...(await exportJWK(publicKey)), kid: alg, alg, use: "sig" });
  }
  issuer = await serveFetch(async ({ url }) => {
    asked.push(new URL(url).pathname);
    if (url.endsWith("/keys")) return Response.json({ keys });
    return url.endsWith("/.well-known/openid-configuration") ? configuration() : new Response(null, { status: 404 });
  });
  configuration = () => Response.json({ jwks_uri: `${issuer.url}/keys` });
});
afterAll(() => issuer.close());

const verifier = () => jwtVerifier({ issuer: issuer.url, audience, clock: { now: () => now } });

const sign = (claims: string, alg: string, key = keyOf.get(alg) as Key) =>
  new CompactSign(Buffer.from(claims)).setProtectedHeader({ alg, kid: alg }).sign(key);

function tokenOf(claims: Claims = {}, alg = "ES256"): Promise<string> {
  const whole = { iss: issuer.url, aud: audience, sub: "anna", exp: seconds + 60, ...claims };
  return sign(JSON.stringify(whole).replace('"never"', "1e999"), alg); // which JSON has, and JavaScript reads as Infinity
}

it.each(algorithms)("takes a token that is signed with %s, and gives its claims", async (alg) => {
  expect(await verifier()(await tokenOf({ workspaces: [7] }, alg))).toMatchObject({ sub: "anna", workspaces: [7] });
});

it("asks the issuer once for many tokens", async () => {
  const verify = verifier();
  asked = [];
  for (let times = 0; times < 3; times++) expect(await verify(await tokenOf())).toBeDefined();
  expect(asked).toEqual(["/.well-known/openid-configuration", "/keys"]);
});

describe.each<[string, Claims, "taken" | "refused"]>([
  ["with a slash behind the issuer's name", { iss: "/" }, "taken"],
  ["of another issuer", { iss: "https://evil.example" }, "refused"],
  ["for somebody else", { aud: "other" }, "refused"],
  ["without an end", { exp: undefined }, "refused"],
  ["that never ends", { exp: "never" }, "refused"],
  ["that ended 4 s ago", { exp: seconds - 4 }, "taken"],
  ["that ended 6 s ago", { exp: seconds - 6 }, "refused"],
  ["that was made in 5 s", { iat: seconds + 5 }, "taken"],
  ["that was made in 6 s", { iat: seconds + 6 }, "refused"],
  ["without a name", { sub: undefined }, "taken"],
  ["with a name that is no text", { sub: 7 }, "refused"],
])("a token %s", (_, claims, outcome) => {
  it(`is ${outcome}`, async () => {
    const iss = claims.iss === "/" ? { iss: `${issuer.url}/` } : {};
    const found = await verifier()(await tokenOf({ ...claims, ...iss }));
    expect(found === undefined ? "refused" : "taken").toBe(outcome);
  });
});

it("refuses what another key signed, and what is no token at all", async () => {
  const { privateKey } = await generateKeyPair("ES256");
  const claims = JSON.stringify({ iss: issuer.url, aud: audience, exp: seconds + 60 });
  for (const one of [await sign(claims, "ES256", privateKey), "x", ""]) expect(await verifier()(one)).toBeUndefined();
});

describe("an issuer that does not answer as it should is no fault of the token", () => {
  it.each<[string, () => Response, string | RegExp]>([
    ["is down", () => new Response("down", { status: 503 }), /^The issuer answered 503 when asked for its configurat/],
    ["sends elsewhere", () => Response.redirect(`${issuer.url}/keys`, 302), /fetch failed/],
    ["has keys in clear", () => Response.json({ jwks_uri: "http://example.com/keys" }), /https/],
    ["names no keys", () => Response.json({}), /URL|https/],
    ["has no such keys", () => Response.json({ jwks_uri: `${issuer.url}/nothing` }), /200 OK/],
  ])("where it %s, and it is asked again", async (_, answer, message) => {
    const verify = verifier();
    const sound = configuration;
    configuration = answer;
    await expect(verify(await tokenOf())).rejects.toThrow(message);
    configuration = sound;
    if (!String(message).includes("200")) expect(await verify(await tokenOf())).toBeDefined();
  });
});
