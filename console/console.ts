import { randomBytes } from "node:crypto";
import type { CallApi } from "../client/call-api.ts";
import { backfillPrice } from "./backfill-price.ts";
import { exportTable } from "./export-table.ts";
import { type Page, type PageAsset, tokenPlace } from "./page.ts";
import { refusedCall, refusedPage } from "./page-guard.ts";
import { problemAnswer } from "./problem-answer.ts";
import { proxyCall } from "./proxy-call.ts";
import { exampleAddress } from "./reference/reference-page.ts";

interface ConsoleNeeds {
  readonly callApi: CallApi;
  readonly workspaces: readonly { readonly id: number; readonly name: string }[];
  /** The API's address as people are shown it. */
  readonly api: () => string;
  /** Called when the page is wanted for the first time. */
  readonly loadPage: () => Promise<Page>;
  readonly now: () => number;
  /** What the page's address must have (`/?key=…`); undefined if everybody on this machine may call the API anyway. */
  readonly key?: string | undefined;
}

type Handler = (request: Request) => Promise<Response>;

/** Whether an address is the console's, where it shares a server with the API. */
export function isConsolePath(path: string): boolean {
  return /^\/($|\?|api\/|assets\/|console\/)/.test(path) || isReferencePath(path);
}

/** Whether an address is that of the API's reference. */
export function isReferencePath(path: string): boolean {
  return /^\/docs($|\?)/.test(path);
}

/** Whether an address is that of the page itself. */
export function isDocumentPath(path: string): boolean {
  return /^\/($|\?)/.test(path);
}

/** The page, what it has to know, and its way to the API; the browser never sees what the API is called with. */
export function consoleHandler(needs: ConsoleNeeds): Handler {
  const token = randomBytes(24).toString("base64url");
  let page: Promise<Page> | undefined;

  const answer: Handler = async (request) => {
    const { pathname } = new URL(request.url);
    if (/^\/(api|console)\//.test(pathname)) return refusedCall(request, token) ?? ownCall(request, needs);
    if (request.method !== "GET" && request.method !== "HEAD") return notFound();
    const refused = isDocumentPath(pathname) ? refusedPage(request, needs.key) : undefined;
    if (refused) return refused;
    page ??= needs.loadPage();
    return pageFile(request, await page, { token, api: needs.api() }) ?? notFound();
  };
  return async (request) => withPageHeaders(await answer(request));
}

async function ownCall(request: Request, { callApi, workspaces, api, now }: ConsoleNeeds): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/api/")) return proxyCall(request, callApi);
  if (request.method === "GET" && pathname === "/console/settings") {
    return Response.json({ workspaces: workspaces.map(({ id, name }) => ({ id, name })), api: api() });
  }
  if (request.method === "GET" && pathname === "/console/export-table") return exportTable(request, callApi, fetch);
  const isPlan = request.method === "POST" && pathname === "/console/backfill-plan";
  return isPlan ? backfillPrice(request, callApi, now()) : notFound();
}

function notFound(): Response {
  return problemAnswer({
    status: 404,
    code: "route_not_found",
    title: "There is no such address",
    detail: "Nothing is here.",
  });
}

/** The document, the reference or one of their assets; undefined if the page has no such file. */
function pageFile(
  request: Request,
  { document, reference, assets }: Page,
  { token, api }: { token: string; api: string },
): Response | undefined {
  const { pathname } = new URL(request.url);
  if (pathname === "/") return htmlAnswer(document.replace(tokenPlace, token));
  if (isReferencePath(pathname)) return htmlAnswer(reference.replaceAll(exampleAddress, encodeURI(api)));
  const asset = assets.get(pathname);
  return asset && assetAnswer(request, asset);
}

function htmlAnswer(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/html; charset=utf-8" } });
}

function assetAnswer(request: Request, { contentType, bytes, gzipped }: PageAsset): Response {
  const takesGzip = /\bgzip\b/.test(request.headers.get("accept-encoding") ?? "");
  const headers = {
    "content-type": contentType,
    "cache-control": "public, max-age=31536000, immutable",
    vary: "accept-encoding",
    ...(takesGzip && { "content-encoding": "gzip" }),
  };
  return new Response(Buffer.from(takesGzip ? gzipped : bytes), { headers });
}

/** Nothing from elsewhere, nothing inline, no frame around it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const pageHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

/** The same answer, locked up: whatever it holds, no other page gets to it and it starts nothing. */
function withPageHeaders({ body, status, headers }: Response): Response {
  const locked = new Headers(headers);
  for (const [name, value] of Object.entries(pageHeaders)) locked.set(name, value);
  if (!locked.has("cache-control")) locked.set("cache-control", "no-store");
  return new Response(body, { status, headers: locked });
}
