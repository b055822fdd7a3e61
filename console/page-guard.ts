import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { type ConsoleProblem, problemAnswer } from "./problem-answer.ts";

/** How the page shows that it is the console's own. */
const tokenHeader = "x-console-token";

/** For a console that signs what it asks: without it the page, and with it the token, would sign for whoever connects. */
export function newConsoleKey(): string {
  return randomBytes(24).toString("base64url");
}

/** Where the console is opened. */
export function consoleAddress(url: string, key: string | undefined): string {
  return key === undefined ? `${url}/` : `${url}/?key=${key}`;
}

/**
 * Refuses the page to everybody who does not have its key.
 * @returns undefined if the key is right, or none is asked for
 */
export function refusedPage(request: Request, key: string | undefined): Response | undefined {
  const given = new URL(request.url).searchParams.get("key") ?? "";
  return key === undefined || isSame(given, key) ? undefined : problemAnswer(keyMissing);
}

/**
 * Refuses what a program that has not read the page asks of the API. Other pages do not get here (local/loopback-guard).
 * @returns undefined if the request is the page's own
 */
export function refusedCall(request: Request, token: string): Response | undefined {
  return isSame(request.headers.get(tokenHeader) ?? "", token) ? undefined : problemAnswer(staleToken);
}

/** In a time that does not tell how much of it is right. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(secret));
}

const keyMissing: ConsoleProblem = {
  status: 403,
  code: "console_key_missing",
  title: "The console wants its key",
  detail: "Open it by the whole address that was printed when it was started, with ?key=… at its end.",
};

const staleToken: ConsoleProblem = {
  status: 403,
  code: "console_token_rejected",
  title: "The page is not the console's own, or older than it",
  detail: "The console was started again since this page was loaded.",
};
