import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type Listening, listenOnLoopback } from "../listening.ts";
import type { Invocation, InvocationResult } from "./invocation.ts";

/** The Runtime API of one function process: it waits for the next invocation, then answers it. */
export interface RuntimeApi extends Pick<Listening, "close"> {
  /** Host and port, as AWS_LAMBDA_RUNTIME_API has them. */
  readonly address: string;
  /** Settles once the process waits for its first invocation; rejects with what it failed to start with. */
  readonly ready: Promise<void>;
  /** Hands an invocation to the process as soon as it asks for one. */
  run(invocation: Invocation): Promise<InvocationResult>;
}

/** What a function may answer with, in bytes; more is an error, not an answer. */
const maxResponseBytes = 6 * 1024 * 1024 + 100;

export async function startRuntimeApi(functionArn: string): Promise<RuntimeApi> {
  let isReady = () => {};
  let failedToStart = (_: Error) => {};
  const ready = new Promise<void>((resolve, reject) => {
    isReady = resolve;
    failedToStart = reject;
  });
  ready.catch(() => {}); // it may fail before anybody waits for it
  let waiting: ServerResponse | undefined; // the process's question for the next invocation
  let pending: Invocation | undefined; // an invocation that came before the question
  let finish: ((result: InvocationResult) => void) | undefined;

  const hand = () => {
    if (!waiting || !pending) return;
    sendInvocation(waiting, pending, functionArn);
    waiting = undefined;
    pending = undefined;
  };
  const answer = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = message.url?.replace("/2018-06-01/runtime/", "") ?? "";
    if (message.method === "GET" && path === "invocation/next") {
      waiting = response;
      hand();
      return isReady();
    }
    const body = await textOf(message);
    response.writeHead(202).end();
    if (path === "init/error") failedToStart(new Error(body));
    else if (path.endsWith("/error")) finish?.({ failed: true, ...JSON.parse(body) });
    else finish?.(responseResult(body));
  };

  const server = createServer((message, response) => {
    answer(message, response).catch(() => response.destroy());
  });
  const { url, close } = await listenOnLoopback(server, 0);
  return {
    address: new URL(url).host,
    ready,
    close,
    run: (invocation) =>
      new Promise((resolve) => {
        finish = resolve;
        pending = invocation;
        hand();
      }),
  };
}

function sendInvocation(response: ServerResponse, { requestId, event, deadline }: Invocation, arn: string): void {
  response.writeHead(200, {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": requestId,
    "lambda-runtime-deadline-ms": deadline,
    "lambda-runtime-invoked-function-arn": arn,
    "lambda-runtime-trace-id": "Root=1-00000000-000000000000000000000000;Parent=0000000000000000;Sampled=0",
  });
  response.end(event);
}

function responseResult(body: string): InvocationResult {
  const bytes = Buffer.byteLength(body);
  if (bytes <= maxResponseBytes) return { failed: false, payload: body };
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (6291556 bytes).`;
  return { failed: true, errorType: "Function.ResponseSizeTooLarge", errorMessage };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}
