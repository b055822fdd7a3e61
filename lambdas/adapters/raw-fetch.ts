import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import { Readable } from "node:stream";

export interface FetchInit {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

/** The part of the standard fetch that the Toggl client uses; the global one and the simulator fit too. */
export type Fetch = (url: string, init: FetchInit) => Promise<Response>;

const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };

/**
 * A fetch that follows no redirect and leaves the body as it came over the wire. The global one decodes gzip by itself
 * and takes a truncated body for a whole one (TOGGL.md).
 */
export const rawFetch: Fetch = async (url, init) => {
  const outgoing = send(url, init, agents);
  try {
    return await answerTo(outgoing);
  } catch (error) {
    // A kept connection that died while the function slept: nothing reached the server, so once more over a new one.
    if (!outgoing.reusedSocket || init.signal.aborted) throw error;
    return answerTo(send(url, init, {}));
  }
};

function send(url: string, { body, ...options }: FetchInit, agent: Partial<typeof agents>): http.ClientRequest {
  const outgoing = url.startsWith("https:")
    ? https.request(url, { ...options, agent: agent.https })
    : http.request(url, { ...options, agent: agent.http });
  return outgoing.end(body);
}

async function answerTo(outgoing: http.ClientRequest): Promise<Response> {
  const [incoming]: http.IncomingMessage[] = await once(outgoing, "response");
  outgoing.on("error", () => {}); // from here on the body's stream tells of it
  return responseOf(incoming as http.IncomingMessage);
}

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
