import type { FieldError, Problem } from "../../api/problem.ts";
import type { FailureKind } from "../../api/problems.ts";
import { shortened } from "./text.ts";

interface FailureDetails {
  readonly cause?: unknown;
  readonly errors?: readonly FieldError[];
  /** Seconds after which asking again can help. */
  readonly retryAfterSeconds?: number | undefined;
  readonly reason?: Problem["reason"];
}

/** An expected failure: it becomes a problem with its own code. Anything else that is thrown becomes a 500. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  /** What a program must know besides, and the kind does not say. */
  readonly reason: Problem["reason"];

  constructor(
    readonly kind: FailureKind,
    message: string,
    { cause, errors, retryAfterSeconds, reason }: FailureDetails = {},
  ) {
    super(message, { cause });
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
    this.reason = reason;
  }
}

/** How much of what does not fit is named: a request with ten thousand errors gets no answer of megabytes. */
const maxNamed = { errors: 20, fieldLength: 100, pointerLength: 200, detailLength: 500 };

/**
 * The first errors are named, the rest is counted.
 * @param part the part of the request that the fields are in, such as "body"
 * @param errors all of them
 */
export function invalidFields(part: string, errors: readonly FieldError[]): Failure {
  const named = errors.slice(0, maxNamed.errors).map(repeatable);
  const summary = named.map(({ field, detail }) => `${field} ${detail}`).join("; ");
  const rest = errors.length > named.length ? `; and ${errors.length - named.length} more` : "";
  return new Failure("invalid_request", `The ${part} does not fit: ${summary}${rest}.`, { errors: named });
}

/** An error without what is too long to be sent back; half a pointer would point elsewhere. */
function repeatable({ field, pointer, detail }: FieldError): FieldError {
  return {
    field: shortened(field, maxNamed.fieldLength),
    ...(pointer !== undefined && pointer.length <= maxNamed.pointerLength && { pointer }),
    detail: shortened(detail, maxNamed.detailLength),
  };
}
