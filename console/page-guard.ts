import { createHash, timingSafeEqual } from "node:crypto";
import { type ConsoleProblem, problemAnswer } from "./problem-answer.ts";

/** How the page shows that it is the console's own. */
export const tokenHeader = "x-console-token";

/**
 * Whether a request comes by an address that is this machine's own. A page elsewhere can have its own name resolve to
 * the loopback (DNS rebinding), but it cannot choose what the browser sends as Host.
 */
export function isOwnHost(request: Request): boolean {
  const { port } = new URL(request.url);
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const host = request.headers.get("host") ?? "";
  return names.some((name) => host === `${name}:${port}` || (port === "" && host === name));
}

/**
 * Refuses what another page, or a program that has not read the page, asks of the API.
 * @returns undefined if the request is the page's own
 */
export function refusedCall(request: Request, token: string): Response | undefined {
  const site = request.headers.get("sec-fetch-site") ?? "same-origin";
  const origin = request.headers.get("origin");
  const isOwnOrigin = origin === null || origin === `http://${request.headers.get("host")}`;
  if (!isOwnOrigin || !["same-origin", "none"].includes(site)) return problemAnswer(foreignPage);
  return isToken(request.headers.get(tokenHeader) ?? "", token) ? undefined : problemAnswer(staleToken);
}

/** In a time that does not tell how much of it is right. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

const foreignPage: ConsoleProblem = {
  status: 403,
  code: "foreign_page",
  title: "The console answers only its own page",
  detail: "The call comes from another page.",
};

const staleToken: ConsoleProblem = {
  status: 403,
  code: "console_token_rejected",
  title: "The page is not the console's own, or older than it",
  detail: "The console was started anew since this page was loaded.",
};
