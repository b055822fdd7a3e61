/** A fault as the API tells it (problem+json), or one on the way to it. */
export interface Problem {
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable: boolean;
  /** Seconds after which it is worth to ask again. */
  readonly retryAfterSeconds?: number;
  readonly errors: readonly FieldFault[];
}

interface FieldFault {
  readonly field: string;
  readonly detail: string;
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
  errors: [],
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
    errors: Array.isArray(given.errors) ? given.errors : [],
  };
}

/** Anything that was thrown, as a problem. */
export function problemOfError(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  return { code: "page_fault", title: "The page made a mistake", detail: String(error), retryable: true, errors: [] };
}
