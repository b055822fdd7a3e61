import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Clock } from "../../core/ports/ports.ts";
import { parseTokenSecret, tokenNotSet } from "../../core/toggl/token-secret.ts";
import type { ReadSecret } from "../aws/secret-reader.ts";

export interface TokenSource {
  /** The workspace's token, from the cache if it is fresh. */
  read(workspaceId: number, deadline: Deadline): Promise<string>;
  /**
   * The token, read again, since Toggl rejected it and it may have been rotated.
   * @throws the failure that it was rejected with, if the secret was read again less than a minute ago
   */
  renew(workspaceId: number, rejection: { rejected: string; because: Failure }, deadline: Deadline): Promise<string>;
}

interface PrefetchingTokenSource extends TokenSource {
  /**
   * Begins to read the secrets while the function still initialises, so that the first call need not wait for as long.
   * Does not fail: what cannot be read is read again by the call that needs it.
   */
  prefetch(): void;
}

interface SecretTokens {
  readonly readSecret: ReadSecret;
  /** Workspace id to the name of its secret. */
  readonly secrets: ReadonlyMap<number, string>;
  readonly clock: Pick<Clock, "now">;
}

interface Cached {
  readonly token: Promise<string>;
  readonly readAt: number;
  readonly renewedAt: number;
}

/** So long a token is used without looking whether it was rotated: a rejection tells sooner. */
const cacheMs = 5 * 60_000;

/** A process mostly serves one workspace: of more secrets than these, each is read when it is needed. */
const maxPrefetched = 3;

/** A token that stays rejected must not cost a secret read for every call. */
const renewalMs = 60_000;

/** Tokens from Secrets Manager, one secret read at a time for each secret. */
export function tokenSource({ readSecret, secrets, clock: { now } }: SecretTokens): PrefetchingTokenSource {
  const cache = new Map<string, Cached>();

  const fetchToken = (workspaceId: number, renewedAt: number, deadline?: Deadline): Promise<string> => {
    const secret = secretOf(secrets, workspaceId);
    const token = readToken(readSecret, { name: secret, workspaceId }, deadline);
    cache.set(secret, { token, readAt: now(), renewedAt });
    token.catch(() => cache.delete(secret));
    return token;
  };

  return {
    prefetch() {
      const bySecret = new Map([...secrets].map(([workspaceId, secret]) => [secret, workspaceId]));
      if (bySecret.size > maxPrefetched) return;
      for (const workspaceId of bySecret.values()) fetchToken(workspaceId, Number.NEGATIVE_INFINITY);
    },
    async read(workspaceId, deadline) {
      const secret = secretOf(secrets, workspaceId);
      const cached = cache.get(secret);
      if (cached && now() - cached.readAt < cacheMs) return cached.token;
      return fetchToken(workspaceId, cached?.renewedAt ?? Number.NEGATIVE_INFINITY, deadline);
    },
    async renew(workspaceId, { rejected, because }, deadline) {
      const secret = secretOf(secrets, workspaceId);
      const cached = cache.get(secret);
      if (cached && (await cached.token) !== rejected) return cached.token;
      if (cached && now() - cached.renewedAt < renewalMs) throw because;
      return fetchToken(workspaceId, now(), deadline);
    },
  };
}

function secretOf(secrets: ReadonlyMap<number, string>, workspaceId: number): string {
  const secret = secrets.get(workspaceId);
  if (secret === undefined) throw new Error(`Workspace ${workspaceId} has no secret: it was to be refused before.`);
  return secret;
}

async function readToken(
  readSecret: ReadSecret,
  secret: { name: string; workspaceId: number },
  deadline: Deadline | undefined,
): Promise<string> {
  try {
    return parseTokenSecret(secret, await readSecret(secret.name, deadline?.signal)); // without one, the reader has its own limits
  } catch (error) {
    throw secretFailure(secret, error);
  }
}

function secretFailure({ name, workspaceId }: { name: string; workspaceId: number }, error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (error.name === "ResourceNotFoundException") {
    return tokenNotSet(workspaceId, `The secret ${name} does not exist in this region, or holds no value yet.`, error);
  }
  const failed = `The secret ${name} with the Toggl API token could not be read (${error.name}).`;
  const detail = error.name === "AccessDeniedException" ? `${failed} ${deniedBecause(workspaceId)}` : failed;
  return new Failure("token_unavailable", detail, { cause: error });
}

/** Roles of stacks from before may read a secret that exists, and get this answer for one that does not. */
function deniedBecause(workspaceId: number): string {
  const command = `npm run token -- --workspace ${workspaceId}`;
  return `Either it holds no token yet: run \`${command}\`. Or its own policy or its KMS key does not let the functions in.`;
}
