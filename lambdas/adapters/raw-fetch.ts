import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { Readable } from "node:stream";

export interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** None for a GET. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** The part of the standard fetch that the Toggl client uses; the global one and the simulator fit too. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

/**
 * A fetch that follows no redirect and leaves the body as it came over the wire. The global one decodes gzip by itself
 * and takes a truncated body for a whole one (docs/toggl.md). Each request has a connection of its own: one that was kept
 * may have died while the function slept, and finding out costs a request of the customer's quota.
 */
export const rawFetch: Fetch = async (url, { body, ...options }) => {
  const { request } = url.startsWith("https:") ? https : http;
  const outgoing = request(url, { ...options, agent: false }).end(body);
  const [incoming] = (await once(outgoing, "response")) as [http.IncomingMessage];
  outgoing.on("error", () => {}); // from here on the body's stream tells of it
  return responseOf(incoming);
};

const withoutBody = [204, 205, 304];

function responseOf(incoming: http.IncomingMessage): Response {
  const status = incoming.statusCode ?? 0;
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(incoming.headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (withoutBody.includes(status)) return new Response(incoming.resume() && null, { status, headers });
  return new Response(Readable.toWeb(incoming) as ReadableStream, { status, headers });
}
