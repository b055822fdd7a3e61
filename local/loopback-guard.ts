import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";

/** What a server on the loopback lets in besides programs of this machine and its own page. */
export interface Door {
  /** Whether links on other pages may lead to this address: following them costs nothing and changes nothing. */
  readonly linked?: (url: string) => boolean;
  /** Whether the Host may have another port, as a proxy's clients send it. Only where requests sign their Host. */
  readonly anyPort?: boolean;
}

/**
 * Has a server refuse what other web pages have a browser ask. Browsers let any page send requests to this machine, and
 * read the answers too if the page's own name resolves to the loopback (DNS rebinding); but none can choose what the
 * browser says of it in Host, Origin and Sec-Fetch-Site.
 */
export function guard(server: Server, door: Door): void {
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (message: IncomingMessage, response) => {
    const problem = problemOf(message, door);
    if (problem) return refuse(message, response, problem);
    for (const listener of listeners) listener.call(server, message, response);
  });
}

interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
}

function problemOf(message: IncomingMessage, door: Door): Problem | undefined {
  const { host = "", origin, "sec-fetch-site": site } = message.headers;
  if (!isOwnHost(message, door)) return foreignHost;
  const isOwnPage = origin === undefined || origin === `http://${host}`;
  const isOwnSite = site === undefined || site === "same-origin" || site === "none"; // none: the person's own doing
  if (!isOwnPage || !isOwnSite) return isFollowedLink(message, door) ? undefined : foreignPage;
  const isFromBrowser = origin !== undefined || site !== undefined;
  return isFromBrowser && isForm(message) ? formRefused : undefined;
}

const ownHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::(\d{1,5}))?$/i;

function isOwnHost({ headersDistinct, socket }: IncomingMessage, { anyPort = false }: Door): boolean {
  const [host = "", ...more] = headersDistinct.host ?? [];
  const found = ownHost.exec(host);
  return found !== null && more.length === 0 && (anyPort || Number(found[1] ?? 80) === socket.localPort);
}

/** Somebody clicked: the answer replaces the page that the link was on, which cannot read it. */
function isFollowedLink({ method, url = "/", headers }: IncomingMessage, { linked }: Door): boolean {
  const { origin, "sec-fetch-mode": mode, "sec-fetch-dest": destination } = headers;
  const isNavigation = method === "GET" && mode === "navigate" && destination === "document" && origin === undefined;
  return isNavigation && (linked?.(url) ?? false);
}

/** A body that a page may send without asking first; our own page sends JSON. */
function isForm({ method, headers }: IncomingMessage): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return hasBody && !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(headers["content-type"] ?? "");
}

function refuse(message: IncomingMessage, response: ServerResponse, { status, code, title, detail }: Problem): void {
  message.resume(); // an upload is read to its end, or its sender sees a reset and no answer
  const instance = `urn:uuid:${randomUUID()}`;
  const problem = { type: `urn:toggl-insights:problem:${code}`, title, status, detail, instance, code };
  response.writeHead(status, { "content-type": "application/problem+json", "x-content-type-options": "nosniff" });
  response.end(JSON.stringify({ ...problem, retryable: false }));
}

const foreignHost: Problem = {
  status: 421,
  code: "foreign_host",
  title: "This address has another name",
  detail:
    "Use the address that was printed, such as http://127.0.0.1:3000: 127.0.0.1, localhost or [::1] and the port.",
};

const foreignPage: Problem = {
  status: 403,
  code: "foreign_page",
  title: "Other web pages are not answered",
  detail: "The browser says that another page asks. Only the console's own page, and programs of this machine, may.",
};

const formRefused: Problem = {
  status: 415,
  code: "form_refused",
  title: "Browsers have to send JSON",
  detail: "A browser sent the body as a form or as plain text. Send it with content-type: application/json.",
};
