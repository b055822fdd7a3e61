import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { tokenIn } from "../lambdas/core/toggl/token-secret.ts";
import { StoppedShort } from "./exit-codes.ts";

/**
 * Puts a token into a secret, which is made if there is none.
 * @param entered what somebody typed or piped in
 * @throws StoppedShort that says what is wrong and what to do; it never holds the token
 */
export async function putToken(
  client: SecretsManagerClient,
  secret: string,
  entered: string,
): Promise<"created" | "updated"> {
  const SecretString = checkedToken(entered);
  try {
    await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString }));
    return "updated";
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw told(error, secret);
  }
  const Description = "Toggl API token, for Toggl Insights on AWS";
  await client.send(new CreateSecretCommand({ Name: secret, SecretString, Description })).catch((error: unknown) => {
    throw told(error, secret);
  });
  return "created";
}

function checkedToken(entered: string): string {
  const found = tokenIn(entered);
  if ("token" in found) return found.token;
  const right = "It must be one word, as Toggl shows it at the bottom of the profile page.";
  throw new StoppedShort(`That is no token: ${found.wrong}. ${right}`);
}

/** AWS's errors in words that say what to do. */
function told(error: unknown, secret: string): Error {
  const { name, message } = error instanceof Error ? error : { name: "unknown", message: String(error) };
  return new StoppedShort(`The secret ${secret} could not be written (${name}). ${adviceOn(name, message)}`, {
    cause: error,
  });
}

function adviceOn(name: string, message: string): string {
  if (/AccessDenied/.test(name)) {
    return "Your AWS identity needs secretsmanager:PutSecretValue and secretsmanager:CreateSecret on it.";
  }
  if (/Credentials|Token|Signature|UnrecognizedClient/.test(name)) return "Check your AWS credentials (AWS_PROFILE).";
  if (/marked for deletion|scheduled for deletion/.test(message)) {
    return "It is marked for deletion: `aws secretsmanager restore-secret` brings it back.";
  }
  if (/Region is missing/.test(message)) return "Say where: --region eu-central-1, or AWS_REGION.";
  return message;
}
