import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { AwsError } from "./aws/aws-error.ts";
import type { Credentials } from "./aws/credentials.ts";
import { requestTarget } from "./aws/request-target.ts";
import { signatureVerifier } from "./aws/sigv4.ts";
import { type Listening, listenOnLoopback } from "./listening.ts";

interface SecretsManagerOptions {
  /** Values by name; read at every call, so a value can be rotated. A name without a value exists all the same. */
  readonly secrets: ReadonlyMap<string, string | undefined>;
  readonly region: string;
  readonly credentials: Credentials;
}

const mostBodyBytes = 100_000;

/** A Secrets Manager endpoint on this machine that gives out values by name (AWS JSON 1.1). */
export function startSecretsManager({ secrets, region, credentials }: SecretsManagerOptions): Promise<Listening> {
  const verify = signatureVerifier({ service: "secretsmanager", region, credentials });

  const answer = async (message: IncomingMessage): Promise<object> => {
    const body = await bodyOf(message);
    const payloadHash = createHash("sha256").update(body).digest("hex");
    await verify({ message, ...requestTarget(message.url ?? "/"), payloadHash });
    if (message.headers["x-amz-target"] !== "secretsmanager.GetSecretValue") {
      throw new AwsError(400, "UnknownOperationException", "Only GetSecretValue is answered here.");
    }
    const { SecretId: name } = JSON.parse(body.toString("utf8"));
    return { Name: name, SecretString: secretValue(secrets, name), VersionStages: ["AWSCURRENT"] };
  };

  const server = createServer((message, response) => {
    response.setHeader("x-amzn-requestid", randomUUID());
    answer(message).then(
      (result) => write(response, 200, result),
      (error) => writeError(response, error),
    );
  });
  return listenOnLoopback(server, 0);
}

function secretValue(secrets: SecretsManagerOptions["secrets"], name: string): string {
  if (!secrets.has(name)) throw notFound("Secrets Manager can't find the specified secret.");
  const value = secrets.get(name);
  if (value !== undefined) return value;
  throw notFound("Secrets Manager can't find the specified secret value for staging label: AWSCURRENT");
}

function notFound(message: string): AwsError {
  return new AwsError(400, "ResourceNotFoundException", message);
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of message) {
    bytes += piece.length;
    if (bytes > mostBodyBytes) throw new AwsError(413, "RequestEntityTooLarge", "The request is too large.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function writeError(response: ServerResponse, error: unknown): void {
  const { status, code, message } = error instanceof AwsError ? error : new AwsError(400, "ValidationException", "");
  write(response, status, { __type: code, message });
}

function write(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
}
