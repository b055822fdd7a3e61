import { shortened } from "./text.ts";

/** Every way in which a request can fail that its caller is told of; the `code` of the problem that goes out. */
export type FailureKind =
  | "invalid_request"
  | "toggl_rejected"
  | "workspace_not_configured"
  | "access_denied"
  | "route_not_found"
  | "export_not_found"
  | "schedule_not_found"
  | "record_damaged"
  | "idempotency_key_reused"
  | "idempotency_key_in_use"
  | "response_too_large"
  | "token_not_set"
  | "token_unavailable"
  | "toggl_credentials_rejected"
  | "toggl_feature_required"
  | "toggl_quota_exhausted"
  | "toggl_rate_limited"
  | "toggl_invalid_file"
  | "toggl_file_too_large"
  | "toggl_gone"
  | "toggl_unexpected"
  | "toggl_unavailable"
  | "toggl_timeout"
  | "storage_unavailable"
  | "queue_unavailable"
  | "scratch_disk_full"
  | "internal_error";

/** One field of a request that does not fit. */
export interface FieldError {
  /** The field's name as the caller wrote it, such as `start_date`. */
  readonly field: string;
  /**
   * Where exactly, as an RFC 6901 JSON pointer into the body, such as `#/client_ids/2`; absent for path, query and
   * headers, and where the name is too long to be repeated.
   */
  readonly pointer?: string;
  /** What is wrong, and what would be right. */
  readonly detail: string;
}

interface FailureDetails {
  readonly cause?: unknown;
  readonly errors?: readonly FieldError[];
  /** Seconds after which asking again can help. */
  readonly retryAfterSeconds?: number | undefined;
}

/** An expected failure: it becomes a problem with its own code. Anything else that is thrown becomes a 500. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly kind: FailureKind,
    message: string,
    { cause, errors, retryAfterSeconds }: FailureDetails = {},
  ) {
    super(message, { cause });
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How much of what does not fit is named: a request with ten thousand faults gets no answer of megabytes. */
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
