import type { Failure, FailureKind, FieldError } from "./failure.ts";

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Whether the same request can succeed later, without anybody changing anything. */
  readonly retryable: boolean;
}

/** Every failure has a status: a new kind does not compile without one. */
const problemKinds: Record<FailureKind, ProblemKind> = {
  invalid_request: { status: 400, title: "The request does not fit", retryable: false },
  toggl_rejected: { status: 400, title: "Toggl rejected the request", retryable: false },
  toggl_feature_required: { status: 402, title: "The Toggl plan lacks this feature", retryable: false },
  workspace_not_configured: { status: 403, title: "The workspace is not configured here", retryable: false },
  access_denied: { status: 403, title: "Access denied", retryable: false },
  route_not_found: { status: 404, title: "There is no such address", retryable: false },
  export_not_found: { status: 404, title: "There is no such export", retryable: false },
  schedule_not_found: { status: 404, title: "There is no such schedule", retryable: false },
  response_too_large: { status: 406, title: "The answer is too large to hand on", retryable: false },
  idempotency_key_in_use: { status: 409, title: "The first request with this key is under way", retryable: true },
  idempotency_key_reused: { status: 422, title: "The key stands for another request", retryable: false },
  toggl_quota_exhausted: { status: 429, title: "Toggl's hourly quota is spent", retryable: true },
  toggl_rate_limited: { status: 429, title: "Toggl takes no more requests at the moment", retryable: true },
  internal_error: { status: 500, title: "Something went wrong here", retryable: true },
  record_damaged: { status: 500, title: "What is kept of the export is damaged", retryable: false },
  toggl_credentials_rejected: { status: 502, title: "Toggl refused the token", retryable: false },
  toggl_invalid_file: { status: 502, title: "Toggl's file is not what it claims", retryable: true },
  toggl_file_too_large: { status: 502, title: "Toggl's file is too large", retryable: false },
  toggl_gone: { status: 502, title: "Toggl has removed this report", retryable: false },
  toggl_unexpected: { status: 502, title: "Toggl gave an answer that it should not give", retryable: false },
  toggl_unavailable: { status: 502, title: "Toggl cannot be reached or is out of order", retryable: true },
  token_not_set: { status: 503, title: "The workspace's Toggl token is not set", retryable: false },
  token_unavailable: { status: 503, title: "The workspace's Toggl token cannot be read", retryable: true },
  storage_unavailable: { status: 503, title: "The bucket cannot be used at the moment", retryable: true },
  queue_unavailable: { status: 503, title: "The queue cannot be used at the moment", retryable: true },
  scratch_disk_full: { status: 503, title: "The file does not fit on the scratch disk", retryable: true },
  toggl_timeout: { status: 504, title: "Toggl did not answer in time", retryable: true },
};

/** Every `code` that a function answers with. */
export const failureKinds = Object.keys(problemKinds) as FailureKind[];

/** A failure as an RFC 9457 problem. */
export interface Problem extends ProblemKind {
  readonly type: string;
  /** What is wrong and what to do, in sentences. */
  readonly detail: string;
  /** Names this one occurrence, by the id that the logs have too. */
  readonly instance: string;
  readonly code: FailureKind;
  readonly errors?: readonly FieldError[];
}

/** @param requestId the id of the request or invocation that it happened in */
export function problemOf({ kind: code, message, errors }: Failure, requestId: string): Problem {
  const { status, title, retryable } = problemKinds[code];
  const type = `urn:toggl-insights:problem:${code}`;
  const detail = `${message} ${advice[code]}`.trimEnd();
  const instance = `urn:uuid:${requestId}`;
  return { type, title, status, detail, instance, code, retryable, ...(errors && { errors }) };
}

/** Whether asking the same again can help, without anybody changing anything. */
export function isRetryable({ kind }: Failure): boolean {
  return problemKinds[kind].retryable;
}

/** For kinds whose every message says by itself what to do, since that depends on the case. */
const inMessage = "";

/** What to do about a failure, in sentences behind its message: a new kind does not compile without. */
const advice: Record<FailureKind, string> = {
  invalid_request: inMessage,
  toggl_rejected: "Correct what Toggl names and send the request again.",
  toggl_feature_required: "Ask the owner of the workspace for Toggl Track Premium or Enterprise.",
  workspace_not_configured: inMessage,
  access_denied: "Ask whoever issues the token for one that does.",
  route_not_found: "Check method and path: GET /openapi.json lists all that there are.",
  export_not_found: "Look for it in the workspace's history of exports.",
  schedule_not_found: "Name one that it has, or add this one to insights.config.json and deploy again.",
  response_too_large: inMessage,
  idempotency_key_in_use: inMessage,
  record_damaged: "Put back an earlier version of that object: the bucket keeps them.",
  idempotency_key_reused: inMessage,
  toggl_quota_exhausted: "Ask again then; a file that is made in the background waits for it by itself.",
  toggl_rate_limited: "Send fewer requests at a time: Toggl takes about one in a second.",
  internal_error: "Try again; if it comes back, look into the function's log.",
  toggl_credentials_rejected: inMessage,
  toggl_invalid_file: "Try again in a moment.",
  toggl_file_too_large: inMessage,
  toggl_gone: "Look for a newer version of this product, or make another report.",
  toggl_unexpected: "Look for a newer version of this product: Toggl may have changed.",
  toggl_unavailable: "Try again in a few minutes; status.toggl.com says whether Toggl is down.",
  token_not_set: inMessage,
  token_unavailable: "Try again in a moment; if it stays so, `npm run doctor` says why.",
  storage_unavailable: "Try again in a moment.",
  queue_unavailable: "Try again in a moment.",
  scratch_disk_full: inMessage,
  toggl_timeout: inMessage,
};
