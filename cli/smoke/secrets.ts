import { NotTried } from "./question.ts";
import { type AwsPlace, requestHandler } from "./temporary-queues.ts";
import type { DescribeSecret } from "./token-questions.ts";

/** Asks Secrets Manager, with its client, which is loaded when it is asked for. Values are never asked for. */
export function describeSecret(place: AwsPlace | undefined): DescribeSecret {
  return async (SecretId, abortSignal) => {
    if (!place) throw new NotTried("the npm start that runs here does not say where its secrets are: start it again");
    const { SecretsManagerClient, DescribeSecretCommand } = await import("@aws-sdk/client-secrets-manager");
    const client = new SecretsManagerClient({ ...place, requestHandler });
    try {
      const found = await client.send(new DescribeSecretCommand({ SecretId }), { abortSignal });
      if (found.DeletedDate) return undefined;
      const stages = Object.values(found.VersionIdsToStages ?? {}).flat();
      return { hasValue: stages.includes("AWSCURRENT"), changedAt: found.LastChangedDate };
    } catch (error) {
      if ((error as Error).name === "ResourceNotFoundException") return undefined;
      throw error;
    }
  };
}
