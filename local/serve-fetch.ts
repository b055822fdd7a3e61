import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { type Listening, listenOnLoopback } from "./listening.ts";
import type { Door } from "./loopback-guard.ts";

export type FetchFunction = (request: Request) => Promise<Response>;

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
export function serveFetch(handle: FetchFunction, port = 0, door: Door = {}): Promise<Listening> {
  return listenOnLoopback(createServer(answeredBy(handle)), port, door);
}

/** A fetch function as a listener of a server. */
export function answeredBy(handle: FetchFunction) {
  return (message: IncomingMessage, response: ServerResponse): void => {
    answer(handle, message, response).catch((error: unknown) => {
      if (error instanceof RawAnswer) error.act(message.socket);
      else response.destroy();
    });
  };
}

async function answer(handle: FetchFunction, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const result = await handle(await requestOf(message));
  response.writeHead(result.status, Object.fromEntries(result.headers));
  if (result.body) await pipeline(Readable.fromWeb(result.body as ReadableStream), response);
  else response.end();
}

async function requestOf(message: IncomingMessage): Promise<Request> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece);
  const { method = "GET", url = "/", headersDistinct, socket } = message;
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    values.map((value) => [name, value]),
  );
  const body = method === "GET" || method === "HEAD" ? null : Buffer.concat(pieces);
  return new Request(new URL(url, `http://127.0.0.1:${socket.localPort}`), {
    method,
    headers: headers as [string, string][],
    body,
  });
}
