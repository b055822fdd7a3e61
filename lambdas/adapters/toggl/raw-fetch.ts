import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";

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
  outgoing.on("error", () => {}); // from here on the body reports it
  incoming.on("error", () => {}); // to whoever reads it, which may begin later
  const get = (name: string) => incoming.headersDistinct[name]?.join(", ") ?? null;
  return { status: incoming.statusCode ?? 0, headers: { get }, body: incoming };
};

/**
 * Runs what talks to Toggl; a connection that fails or takes too long becomes a Failure.
 * @throws Failure `toggl_timeout` past the deadline, `toggl_unavailable` otherwise
 */
export async function overTheWire<T>(deadline: Deadline, talk: () => Promise<T>): Promise<T> {
  try {
    return await talk();
  } catch (error) {
    throw transportFailure(error, deadline);
  }
}

function transportFailure(error: unknown, { signal }: Deadline): unknown {
  if (error instanceof Failure) return error;
  if (signal.aborted) return new Failure("toggl_timeout", tooLate, { cause: error });
  const code = codeOf(error);
  if (code === "HPE_HEADER_OVERFLOW") return new Failure("toggl_unexpected", headersTooLarge);
  return new Failure("toggl_unavailable", `The connection to Toggl failed (${code}).`, { cause: error });
}

/** What Node.js takes of an answer's headers by itself; Toggl's own are below 1 KB. */
const maxHeaderBytes = 16 * 1024;

const headersTooLarge = `The headers of Toggl's answer are larger than ${maxHeaderBytes / 1024} KB. Nothing of it was read.`;

const tooLate =
  "Toggl did not finish its answer in time. Ask for a shorter period; a file that you wait for can be made in the background, with more time (header `Prefer: respond-async`).";

/** Such as ECONNREFUSED; the text of a network error may hold more than a caller should see. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause ? codeOf(error.cause) : error.name;
}
