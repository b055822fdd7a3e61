import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { type Listening, listenOnLoopback } from "../listening.ts";
import type { Account, Caller } from "./account.ts";
import { AwsError } from "./aws-error.ts";
import { requestTarget } from "./request-target.ts";
import { signatureVerifier } from "./sigv4.ts";
import { xml } from "./xml.ts";

/** Answers one operation; throws the AwsError that AWS would answer with. */
type Operation<Input, Output> = (input: Input, caller: Caller) => Output | Promise<Output>;

/** What services have in common, whatever they speak. */
interface ServiceOptions<Input, Output> {
  /** The name that requests are signed for, such as `sqs`. */
  readonly service: string;
  readonly operations: Readonly<Record<string, Operation<Input, Output>>>;
  readonly maxBodyBytes: number;
  readonly region: string;
  /** Whose signatures count. */
  readonly account: Account;
}

/** How a service speaks. */
interface Protocol<Input, Output> {
  readonly contentType: string;
  /** What AWS calls an operation that does not exist. */
  readonly unknownOperation: string;
  /** What AWS calls whatever else went wrong. */
  readonly invalid: string;
  /** The operation's name, and what it is given. */
  read(body: string, headers: IncomingMessage["headers"]): { readonly operation: string; readonly input: Input };
  write(output: Output, operation: string, requestId: string): string;
  writeError(error: AwsError, requestId: string): string;
}

/** An AWS service on this machine: signed requests, one operation each. */
function startSignedService<Input, Output>(
  { service, region, account, operations, maxBodyBytes }: ServiceOptions<Input, Output>,
  protocol: Protocol<Input, Output>,
): Promise<Listening> {
  const verify = signatureVerifier({ service, region, credentials: account.credentialsOf });

  const answer = async (message: IncomingMessage, requestId: string): Promise<string> => {
    const body = await bodyOf(message, maxBodyBytes);
    const payloadHash = createHash("sha256").update(body).digest("hex");
    const { accessKeyId } = await verify({ message, ...requestTarget(message.url ?? "/"), payloadHash });
    const { operation, input } = protocol.read(body.toString("utf8"), message.headers);
    const perform = operations[operation];
    if (!perform) {
      throw new AwsError(400, protocol.unknownOperation, `Answered here: ${Object.keys(operations).join(", ")}.`);
    }
    return protocol.write(await perform(input, account.callerOf(accessKeyId)), operation, requestId);
  };

  const server = createServer((message, response) => {
    const requestId = randomUUID();
    response.setHeader("x-amzn-requestid", requestId);
    const write = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
      response.writeHead(status, { "content-type": protocol.contentType, ...headers }).end(body);
    answer(message, requestId).then(
      (body) => write(200, body),
      (cause: unknown) => {
        const error = asAwsError(cause, protocol.invalid);
        write(error.status, protocol.writeError(error, requestId), error.headers);
      },
    );
  });
  return listenOnLoopback(server, 0);
}

function asAwsError(error: unknown, code: string): AwsError {
  if (error instanceof AwsError) return error;
  return new AwsError(400, code, error instanceof Error ? error.message : String(error));
}

async function bodyOf(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of message) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new AwsError(413, "RequestEntityTooLarge", "The request is too large.");
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

interface JsonServiceOptions extends ServiceOptions<Record<string, unknown>, object> {
  readonly version: "1.0" | "1.1";
}

/**
 * An AWS service on this machine that speaks AWS JSON. Its operations go by the name in the x-amz-target header, such as
 * `AmazonSQS.SendMessage`.
 */
export function startJsonService({ version, ...options }: JsonServiceOptions): Promise<Listening> {
  return startSignedService(options, {
    contentType: `application/x-amz-json-${version}`,
    unknownOperation: "UnknownOperationException",
    invalid: "ValidationException",
    read: (body, headers) => ({ operation: String(headers["x-amz-target"]), input: JSON.parse(body) }),
    write: (output) => JSON.stringify(output),
    writeError: ({ code, message }) => JSON.stringify({ __type: code, message }),
  });
}

type Fields = Readonly<Record<string, string>>;

interface QueryServiceOptions extends ServiceOptions<Fields, Fields> {
  /** Of its XML. */
  readonly namespace: string;
}

/**
 * An AWS service on this machine that speaks AWS Query: a form goes in, XML comes out. Its operations go by the form's
 * `Action`.
 */
export function startQueryService({ namespace, ...options }: QueryServiceOptions): Promise<Listening> {
  return startSignedService(options, {
    contentType: "text/xml",
    unknownOperation: "InvalidAction",
    invalid: "InvalidParameter",
    read(body) {
      const { Action: operation = "", ...input } = Object.fromEntries(new URLSearchParams(body));
      return { operation, input };
    },
    write: (output, operation, RequestId) =>
      xml(`${operation}Response`, { [`${operation}Result`]: output, ResponseMetadata: { RequestId } }, namespace),
    writeError: ({ code: Code, message: Message }, RequestId) =>
      xml("ErrorResponse", { Error: { Type: "Sender", Code, Message }, RequestId }, namespace),
  });
}
