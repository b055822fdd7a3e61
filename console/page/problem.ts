import type { Problem as ApiProblem } from "../../api/problem.ts";

/** A problem as the API tells it, or one of the page's own on the way to it. */
export interface Problem extends Pick<ApiProblem, "title" | "detail" | "retryable" | "errors"> {
  /** The API's, or one of the page's own (advice.ts). */
  readonly code: string;
  /** Seconds after which it is worth to ask again. */
  readonly retryAfterSeconds?: number;
}

export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** What went wrong on the way, where nobody could answer with a problem of their own. */
export const unreachable: Problem = {
  code: "console_unreachable",
  title: "The product does not answer",
  detail: "Nothing answers at this address.",
  retryable: true,
};

/** @param body what was answered, whatever it is */
export function problemFrom(status: number, body: unknown, retryAfter: string | null): Problem {
  const given = (typeof body === "object" && body !== null ? body : {}) as Partial<Problem> & { message?: string };
  const seconds = Number(retryAfter);
  return {
    code: given.code ?? "unknown",
    title: given.title ?? `The answer was ${status}`,
    detail: given.detail ?? given.message ?? `The API answered ${status} without a word of its own.`,
    retryable: given.retryable ?? status >= 500,
    ...(retryAfter && seconds > 0 && { retryAfterSeconds: seconds }),
    ...(Array.isArray(given.errors) && { errors: given.errors }),
  };
}

/** Anything that was thrown, as a problem. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { code: "page_fault", title: "The page made a mistake", detail: String(error), retryable: true };
}
