import { createHash, randomUUID } from "node:crypto";
import { type Caller, type Holders, soleKey } from "../aws/account.ts";
import { AwsError } from "../aws/aws-error.ts";
import { startJsonService } from "../aws/signed-service.ts";
import type { Listening } from "../listening.ts";

/** What a secret holds: nothing yet, an error that reading it is answered with, or what only comes later. */
export type SecretValue = string | undefined | AwsError | Promise<string>;

interface SecretsManagerOptions extends Holders {
  /** Values by name; read at every call, so a value can be rotated. A name without a value exists all the same. */
  readonly secrets: Map<string, SecretValue>;
  readonly region: string;
  readonly accountId?: string;
}

/** A Secrets Manager endpoint on this machine that keeps values by name, as long as it runs. */
export function startSecretsManager(options: SecretsManagerOptions): Promise<Listening> {
  const { secrets, region, credentials, account = soleKey(credentials), accountId = "123456789012" } = options;
  /** AWS authorizes a secret that exists by its whole ARN, and one that does not by its bare name. */
  const demand = (caller: Caller, action: string, name: string) => {
    const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}${secrets.has(name) ? suffixOf(name) : ""}`;
    const denial = caller.denial(`secretsmanager:${action}`, arn);
    if (denial) throw new AwsError(400, "AccessDeniedException", denial);
  };
  return startJsonService({
    service: "secretsmanager",
    version: "1.1",
    maxBodyBytes: 100_000,
    region,
    account,
    operations: {
      "secretsmanager.GetSecretValue": async ({ SecretId }, caller) => {
        const name = String(SecretId);
        demand(caller, "GetSecretValue", name);
        return { Name: name, SecretString: await secretValue(secrets, name), VersionStages: ["AWSCURRENT"] };
      },
      "secretsmanager.DescribeSecret": ({ SecretId }, caller) => {
        const name = String(SecretId);
        demand(caller, "DescribeSecret", name);
        if (!secrets.has(name)) throw notFound("Secrets Manager can't find the specified secret.");
        const hasValue = secrets.get(name) !== undefined;
        return { Name: name, ...(hasValue && { VersionIdsToStages: { [randomUUID()]: ["AWSCURRENT"] } }) };
      },
      "secretsmanager.PutSecretValue": ({ SecretId, SecretString }, caller) => {
        const name = String(SecretId);
        demand(caller, "PutSecretValue", name);
        if (!secrets.has(name)) throw notFound("Secrets Manager can't find the specified secret.");
        secrets.set(name, String(SecretString));
        return { Name: name, VersionId: randomUUID(), VersionStages: ["AWSCURRENT"] };
      },
      "secretsmanager.CreateSecret": ({ Name, SecretString }, caller) => {
        const name = String(Name);
        demand(caller, "CreateSecret", name);
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

/** The hyphen and six characters that Secrets Manager appends to a name. */
function suffixOf(name: string): string {
  return `-${createHash("sha256").update(name).digest("hex").slice(0, 6)}`;
}
