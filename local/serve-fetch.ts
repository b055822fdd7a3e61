import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { type Listening, listenOnLoopback } from "./listening.ts";

/** Thrown by a fetch function instead of an answer: what to do to the bare connection. */
export class RawAnswer extends Error {
  constructor(readonly act: (socket: Socket) => void) {
    super("The connection is answered by hand.");
  }
}

/**
 * Serves a fetch function on the loopback. A body that ends too early or with an error breaks the connection, so that
 * its receiver can tell.
 */
export function serveFetch(handle: (request: Request) => Promise<Response>, port = 0): Promise<Listening> {
  const server = createServer((message, response) => {
    answer(handle, message, response).catch((error: unknown) => {
      if (error instanceof RawAnswer) error.act(message.socket);
      else response.destroy();
    });
  });
  return listenOnLoopback(server, port);
}

async function answer(
  handle: (request: Request) => Promise<Response>,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const result = await handle(await requestOf(message));
  response.writeHead(result.status, Object.fromEntries(result.headers));
  if (result.body) await pipeline(Readable.fromWeb(result.body as ReadableStream), response);
  else response.end();
}

async function requestOf(message: IncomingMessage): Promise<Request> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  const { method = "GET", url = "/", headersDistinct } = message;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value) => [name, value]),
  );
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(pieces);
  return new Request(new URL(url, "http://127.0.0.1"), { method, headers: headers as [string, string][], body });
}
