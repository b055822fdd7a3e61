import { NoAnswer } from "../../client/api-problem.ts";
import type { CallApi, CallInit } from "../../client/call-api.ts";
import { NotTried } from "./question.ts";

/** An answer of the API or of API Gateway, as far as questions look at it. */
export interface ApiAnswer {
  readonly status: number;
  /** Of a problem; undefined for anything else. */
  readonly code: string | undefined;
  readonly contentType: string | undefined;
  /** The answer's JSON, if it is any. */
  readonly body: unknown;
  /** Status and code, or the beginning of what else was answered. */
  readonly seen: string;
}

/** Codes that say that this caller may not ask, or not now: nothing of what is asked about. */
export const aboutCaller: readonly string[] = [
  "access_denied",
  "expired_credentials",
  "invalid_signature",
  "invalid_token",
  "too_many_requests",
];

const shownCharacters = 100;

/**
 * Calls the API once.
 * @throws NotTried where the caller may not ask; NoAnswer
 */
export async function answerOf(callApi: CallApi, method: string, path: string, init?: CallInit): Promise<ApiAnswer> {
  const response = await callApi(method, path, init);
  const { status, headers } = response;
  const text = await response.text().catch((cause) => {
    throw new NoAnswer(`The answer (${status}) broke off.`, cause?.cause?.code, { cause });
  });
  const body = jsonOf(text);
  const { code, detail } = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const isProblem = typeof code === "string" && typeof detail === "string";
  const shown = isProblem ? code : response.ok ? "" : text.trim().slice(0, shownCharacters);
  const seen = [status, shown].filter((part) => part !== "").join(" ");
  if (isProblem && aboutCaller.includes(code)) {
    throw new NotTried(`${method} of this path was refused to this caller: ${seen}`);
  }
  return {
    status,
    code: isProblem ? code : undefined,
    contentType: headers.get("content-type")?.split(";")[0],
    body,
    seen,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
