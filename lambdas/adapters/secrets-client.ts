import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Secrets Manager with short waits: a secret is a few bytes and is read before anything else can begin. */
export function secretsClient(): SecretsManagerClient {
  return new SecretsManagerClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
  });
}
