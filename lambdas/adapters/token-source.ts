import { GetSecretValueCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";
import { parseTokenSecret } from "../core/token-secret.ts";

export interface TokenSource {
  /** The workspace's token, from the cache if it is fresh. */
  read(workspaceId: number, deadline: Deadline): Promise<string>;
  /**
   * The token anew, since Toggl rejected it and it may have been rotated.
   * @throws the failure that it was rejected with, if the secret was read again less than a minute ago
   */
  renew(workspaceId: number, rejection: { rejected: string; because: Failure }, deadline: Deadline): Promise<string>;
}

interface TokenSourceNeeds {
  readonly client: Pick<SecretsManagerClient, "send">;
  /** Workspace id to the name of its secret. */
  readonly secrets: ReadonlyMap<number, string>;
  readonly now: () => number;
}

interface Cached {
  readonly token: Promise<string>;
  readonly readAt: number;
  readonly renewedAt: number;
}

/** So long a token is used without looking whether it was rotated: a rejection tells sooner. */
const cacheMs = 5 * 60_000;

/** A token that stays rejected must not cost a secret read for every call. */
const renewalMs = 60_000;

/** Tokens from Secrets Manager, one secret read at a time for each secret. */
export function tokenSource({ client, secrets, now }: TokenSourceNeeds): TokenSource {
  const cache = new Map<string, Cached>();

  const fetchToken = (secret: string, renewedAt: number, deadline: Deadline): Promise<string> => {
    const token = readSecret(client, secret, deadline);
    cache.set(secret, { token, readAt: now(), renewedAt });
    token.catch(() => cache.delete(secret));
    return token;
  };

  return {
    async read(workspaceId, deadline) {
      const secret = secretOf(secrets, workspaceId);
      const cached = cache.get(secret);
      if (cached && now() - cached.readAt < cacheMs) return cached.token;
      return fetchToken(secret, cached?.renewedAt ?? Number.NEGATIVE_INFINITY, deadline);
    },
    async renew(workspaceId, { rejected, because }, deadline) {
      const secret = secretOf(secrets, workspaceId);
      const cached = cache.get(secret);
      if (cached && (await cached.token) !== rejected) return cached.token;
      if (cached && now() - cached.renewedAt < renewalMs) throw because;
      return fetchToken(secret, now(), deadline);
    },
  };
}

function secretOf(secrets: ReadonlyMap<number, string>, workspaceId: number): string {
  const secret = secrets.get(workspaceId);
  if (secret === undefined) throw new Error(`Workspace ${workspaceId} has no secret: it was to be refused before.`);
  return secret;
}

async function readSecret(client: TokenSourceNeeds["client"], name: string, deadline: Deadline): Promise<string> {
  try {
    const command = new GetSecretValueCommand({ SecretId: name });
    const { SecretString } = await client.send(command, { abortSignal: deadline.signal });
    return parseTokenSecret(name, SecretString);
  } catch (error) {
    throw secretFailure(name, error);
  }
}

function secretFailure(name: string, error: unknown): unknown {
  if (error instanceof Failure || !(error instanceof Error)) return error;
  if (error.name === "ResourceNotFoundException") {
    const detail = `The secret ${name} does not exist in this region, or holds no value yet. Put the workspace's Toggl API token into it.`;
    return new Failure("token_not_set", detail, { cause: error });
  }
  const detail = `The secret ${name} with the Toggl API token could not be read (${error.name}).`;
  return new Failure("token_unavailable", detail, { cause: error });
}
