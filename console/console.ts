import { randomBytes } from "node:crypto";
import type { CallApi } from "../client/call-api.ts";
import { backfillPrice } from "./backfill-price.ts";
import type { Page } from "./page.ts";
import { refusedCall, refusedPage } from "./page-guard.ts";
import { withPageHeaders } from "./page-headers.ts";
import { problemAnswer } from "./problem-answer.ts";
import { proxyCall } from "./proxy-call.ts";
import { pageFile } from "./serve-page.ts";

export interface ConsoleNeeds {
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
  return /^\/($|\?|api\/|assets\/|console\/)/.test(path);
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
    return pageFile(request, await page, token) ?? notFound();
  };
  return async (request) => withPageHeaders(await answer(request));
}

async function ownCall(request: Request, { callApi, workspaces, api, now }: ConsoleNeeds): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (pathname.startsWith("/api/")) return proxyCall(request, callApi);
  if (request.method === "GET" && pathname === "/console/settings") {
    return Response.json({ workspaces: workspaces.map(({ id, name }) => ({ id, name })), api: api() });
  }
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
