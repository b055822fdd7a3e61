import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { httpsUrl } from "../../contract.ts";
import type { Clock } from "../../core/ports/ports.ts";

interface JwtVerifierOptions {
  /** An OpenID Connect issuer, as it stands in its tokens. */
  readonly issuer: string;
  readonly audience: string;
  readonly clock: Pick<Clock, "now">;
}

/** So far the issuer's clock and this one may be apart, in seconds. */
const clockTolerance = 5;

const patienceMs = 5000;

/** What is wrong with the token itself; anything else is an error of the issuer. */
const isTokenError = (error: unknown) =>
  error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== "ERR_JOSE_GENERIC";

/**
 * Verifies JWTs with the keys that their issuer publishes (OpenID Connect Discovery), which are kept for some minutes.
 * The returned function gives a valid token's claims and undefined for any other; it throws if the issuer does not
 * answer.
 */
export function jwtVerifier({ issuer, audience, clock: { now } }: JwtVerifierOptions) {
  let keys: Promise<JWTVerifyGetKey> | undefined;
  const loadKeys = () => {
    keys ??= discoverKeys(issuer).catch((error) => {
      keys = undefined;
      throw error;
    });
    return keys;
  };
  return async (token: string): Promise<JWTPayload | undefined> => {
    const getKey = await loadKeys();
    try {
      const { payload } = await jwtVerify(token, getKey, {
        issuer: [issuer, `${issuer}/`], // some have a slash at the end of their name
        audience,
        algorithms: ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"],
        clockTolerance,
        currentDate: new Date(now()),
      });
      return isSound(payload, now()) ? payload : undefined;
    } catch (error) {
      if (isTokenError(error)) return undefined;
      throw error;
    }
  };
}

/** What the library leaves open: no end or one that never comes, a beginning that is not there yet, a name that is no text. */
function isSound({ exp, iat, sub }: JWTPayload, now: number): boolean {
  if (!Number.isFinite(exp) || (iat !== undefined && iat > now / 1000 + clockTolerance)) return false;
  return sub === undefined || typeof sub === "string";
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
    signal: AbortSignal.timeout(patienceMs),
    redirect: "error",
  });
  if (!response.ok) throw new Error(`The issuer answered ${response.status} when asked for its configuration.`);
  const { jwks_uri } = (await response.json()) as { jwks_uri?: string };
  return createRemoteJWKSet(new URL(httpsUrl(jwks_uri ?? "")), { timeoutDuration: patienceMs });
}
