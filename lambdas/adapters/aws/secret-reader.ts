import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { answerOf, clientSettings, within } from "./aws-clients.ts";

/**
 * Reads a secret's value by its name; undefined if it holds none as text.
 * @throws Error whose name is AWS's own, such as `ResourceNotFoundException`, or the connection's
 */
export type ReadSecret = (name: string, signal?: AbortSignal) => Promise<string | undefined>;

/** A secret is a few bytes and is read before anything else can begin. */
const maxMs = { silence: 3000, call: 10_000 };

/** Secrets Manager with short waits. */
export function secretReader(): ReadSecret {
  const client = new SecretsManagerClient(clientSettings(maxMs.silence));
  return async (SecretId, signal) => {
    const sent = client.send(new GetSecretValueCommand({ SecretId }), { abortSignal: within(maxMs.call, signal) });
    const { SecretString } = await answerOf(sent);
    return SecretString;
  };
}
