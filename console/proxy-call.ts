import { userAgents } from "../api/callers.ts";
import type { CallApi } from "../client/call-api.ts";
import { problemAnswer } from "./problem-answer.ts";

const sentOn = ["content-type", "accept", "prefer", "idempotency-key", "if-none-match", "cache-control"];

const handedBack = [
  "content-type",
  "etag",
  "location",
  "retry-after",
  "preference-applied",
  "x-correlation-id",
  "x-amzn-requestid",
];

/** Hands a call below /api on and its answer back: the same method, path, body and status, and the headers that count. */
export async function proxyCall(request: Request, callApi: CallApi): Promise<Response> {
  const { pathname, search } = new URL(request.url);
  const { method } = request;
  if (method !== "GET" && method !== "POST") return methodRefused();
  const headers = { ...picked(request.headers, sentOn), "user-agent": userAgents.console };
  const body = method === "POST" ? await request.text() : undefined;
  const path = `${pathname.slice("/api".length)}${search}`;
  const answer = await callApi(method, path, { headers, body: body || undefined }).catch(unreachable);
  return new Response(answer.body, { status: answer.status, headers: picked(answer.headers, handedBack) });
}

function picked(headers: Headers, names: readonly string[]): Record<string, string> {
  const entries = names.map((name) => [name, headers.get(name)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}

function methodRefused(): Response {
  return problemAnswer({
    status: 405,
    code: "method_not_allowed",
    title: "No such method",
    detail: "GET and POST do.",
  });
}

/** No address, key or name of the machine's is in the answer: the cause may hold them. */
function unreachable(error: unknown): Response {
  const code = (error as { cause?: { code?: string } }).cause?.code;
  const name = error instanceof Error && error.name === "CredentialsProviderError" ? "credentials" : "network";
  const detail =
    name === "credentials"
      ? "No AWS credentials were found to sign the call with."
      : `The API cannot be reached${code ? ` (${code})` : ""}.`;
  return problemAnswer({
    status: 502,
    code: `api_${name}`,
    title: "The API cannot be called",
    detail,
    retryable: true,
  });
}
