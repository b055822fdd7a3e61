import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * How long HTTP servers of this process take, from a request's head to the last byte of its answer, in milliseconds. The
 * returned function gives the sum since it was called last.
 * @param isMeant which requests count
 */
export function serverTime(isMeant: (request: IncomingMessage) => boolean = () => true): () => number {
  const startedAt = new WeakMap<ServerResponse, number>();
  let ms = 0;
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as Exchange;
    if (isMeant(request)) startedAt.set(response, performance.now());
  });
  subscribe("http.server.response.finish", (message) => {
    const { response } = message as Exchange;
    const start = startedAt.get(response);
    if (start !== undefined) ms += performance.now() - start;
  });
  return () => {
    const sum = ms;
    ms = 0;
    return sum;
  };
}
