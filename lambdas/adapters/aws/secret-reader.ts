import { awsJson } from "./aws-json.ts";

/** Reads a secret's value by its name; undefined if it holds none as text. */
export type ReadSecret = (name: string, signal?: AbortSignal) => Promise<string | undefined>;

/** Secrets Manager with short waits: a secret is a few bytes and is read before anything else can begin. */
export function secretReader(): ReadSecret {
  const call = awsJson({
    name: "secretsmanager",
    target: "secretsmanager",
    version: "1.1",
    variable: "SECRETS_MANAGER",
    attemptMs: 3000,
  });
  return async (SecretId, signal) => {
    const { SecretString } = await call<{ SecretString?: string }>("GetSecretValue", { SecretId }, signal);
    return SecretString;
  };
}
