import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Listening, listenOnLoopback } from "../listening.ts";
import type { Account, Caller } from "./account.ts";
import { AwsError } from "./aws-error.ts";
import { requestTarget } from "./request-target.ts";
import { signatureVerifier } from "./sigv4.ts";

/** Answers one operation; throws the AwsError that AWS would answer with. */
type Operation = (input: Record<string, unknown>, caller: Caller) => object | Promise<object>;

interface JsonServiceOptions {
  /** The name that requests are signed for, such as `sqs`. */
  readonly service: string;
  readonly version: "1.0" | "1.1";
  /** By the name in the x-amz-target header, such as `AmazonSQS.SendMessage`. */
  readonly operations: Readonly<Record<string, Operation>>;
  readonly mostBodyBytes: number;
  readonly region: string;
  /** Whose signatures count. */
  readonly account: Account;
}

/** An AWS service on this machine that speaks AWS JSON: signed requests, one operation each. */
export function startJsonService(options: JsonServiceOptions): Promise<Listening> {
  const { service, region, account, operations, version } = options;
  const verify = signatureVerifier({ service, region, credentials: account.credentialsOf });

  const answer = async (message: IncomingMessage): Promise<object> => {
    const body = await bodyOf(message, options.mostBodyBytes);
    const payloadHash = createHash("sha256").update(body).digest("hex");
    const { accessKeyId } = await verify({ message, ...requestTarget(message.url ?? "/"), payloadHash });
    const operation = operations[String(message.headers["x-amz-target"])];
    if (operation) return operation(JSON.parse(body.toString("utf8")), account.callerOf(accessKeyId));
    throw new AwsError(400, "UnknownOperationException", `Answered here: ${Object.keys(operations).join(", ")}.`);
  };
  const write = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
    response
      .writeHead(status, { "content-type": `application/x-amz-json-${version}`, ...headers })
      .end(JSON.stringify(body));

  const server = createServer((message, response) => {
    response.setHeader("x-amzn-requestid", randomUUID());
    answer(message).then(
      (result) => write(response, 200, result),
      (error: unknown) => {
        const { status, code, message: text, headers } = asAwsError(error);
        write(response, status, { __type: code, message: text }, headers);
      },
    );
  });
  return listenOnLoopback(server, 0);
}

function asAwsError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(400, "ValidationException", error instanceof Error ? error.message : String(error));
}

async function bodyOf(message: IncomingMessage, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of message) {
    bytes += piece.length;
    if (bytes > most) throw new AwsError(413, "RequestEntityTooLarge", "The request is too large.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
