import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { maxHeaderBytes } from "./toggl-transport.ts";

export interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** None for a GET. */
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** The part of the standard Response that we use. */
export interface Answer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: { get(name: string): string | null };
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** The part of the standard fetch that we use; the global one and the simulator fit too. */
export type Fetch = (url: string, init: FetchInit) => Promise<Answer>;

/**
 * A fetch that follows no redirect and leaves the body as it came over the wire. The global one decodes gzip by itself
 * and takes a truncated body for a whole one (docs/toggl.md); to touch it or its classes alone costs half of a cold
 * start (docs/decisions/0011). Each request has a connection of its own: one that was kept may have died while the
 * function slept, and finding out costs a request of the customer's quota.
 */
export const rawFetch: Fetch = async (url, { body, ...options }) => {
  const { request } = url.startsWith("https:") ? https : http;
  const outgoing = request(url, { ...options, agent: false, maxHeaderSize: maxHeaderBytes }).end(body);
  const [incoming] = (await once(outgoing, "response")) as [http.IncomingMessage];
  outgoing.on("error", () => {}); // from here on the body tells of it
  incoming.on("error", () => {}); // to whoever reads it, which may begin later
  const get = (name: string) => incoming.headersDistinct[name]?.join(", ") ?? null;
  return { status: incoming.statusCode ?? 0, headers: { get }, body: incoming };
};
