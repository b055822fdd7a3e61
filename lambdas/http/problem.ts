import type { Failure } from "../core/failure.ts";
import { problemOf } from "../core/problem.ts";
import { type HttpResponse, jsonText } from "./http.ts";

/** A failure as the answer to a request. */
export function problem(failure: Failure, requestId: string): HttpResponse {
  const body = problemOf(failure, requestId);
  const { retryAfterSeconds } = failure;
  return {
    status: body.status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(retryAfterSeconds !== undefined && { "retry-after": String(Math.max(1, Math.ceil(retryAfterSeconds))) }),
    },
    body: jsonText(body),
  };
}
