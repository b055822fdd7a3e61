import { randomUUID } from "node:crypto";
import { AwsError } from "./aws/aws-error.ts";
import type { Credentials } from "./aws/credentials.ts";
import { startJsonService } from "./aws/json-service.ts";
import type { Listening } from "./listening.ts";

/** What a secret holds: nothing yet, an error that reading it is answered with, or what only comes later. */
export type SecretValue = string | undefined | AwsError | Promise<string>;

interface SecretsManagerOptions {
  /** Values by name; read at every call, so a value can be rotated. A name without a value exists all the same. */
  readonly secrets: Map<string, SecretValue>;
  readonly region: string;
  readonly credentials: Credentials;
}

/** A Secrets Manager endpoint on this machine that keeps values by name, as long as it runs. */
export function startSecretsManager({ secrets, region, credentials }: SecretsManagerOptions): Promise<Listening> {
  return startJsonService({
    service: "secretsmanager",
    version: "1.1",
    mostBodyBytes: 100_000,
    region,
    credentials,
    operations: {
      "secretsmanager.GetSecretValue": async ({ SecretId }) => {
        const name = String(SecretId);
        return { Name: name, SecretString: await secretValue(secrets, name), VersionStages: ["AWSCURRENT"] };
      },
      "secretsmanager.PutSecretValue": ({ SecretId, SecretString }) => {
        const name = String(SecretId);
        if (!secrets.has(name)) throw notFound("Secrets Manager can't find the specified secret.");
        secrets.set(name, String(SecretString));
        return { Name: name, VersionId: randomUUID(), VersionStages: ["AWSCURRENT"] };
      },
      "secretsmanager.CreateSecret": ({ Name, SecretString }) => {
        const name = String(Name);
        if (secrets.has(name)) throw new AwsError(400, "ResourceExistsException", `The secret ${name} already exists.`);
        secrets.set(name, String(SecretString));
        return { Name: name, VersionId: randomUUID() };
      },
    },
  });
}

function secretValue(secrets: ReadonlyMap<string, SecretValue>, name: string): string | Promise<string> {
  if (!secrets.has(name)) throw notFound("Secrets Manager can't find the specified secret.");
  const value = secrets.get(name);
  if (value instanceof AwsError) throw value;
  if (value !== undefined) return value;
  throw notFound("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
}

function notFound(message: string): AwsError {
  return new AwsError(400, "ResourceNotFoundException", message);
}
