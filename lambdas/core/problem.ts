import type { FieldError, Problem } from "../../api/problem.ts";
import { type FailureKind, failures } from "../../api/problems.ts";
import type { Failure } from "./failure.ts";

/** A failure as an RFC 9457 problem. */
export interface FailureProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What is wrong and what to do, in sentences. */
  readonly detail: string;
  /** Names this one occurrence, by the id that the logs have too. */
  readonly instance: string;
  readonly code: FailureKind;
  readonly retryable: boolean;
  readonly errors?: FieldError[];
  readonly reason?: Problem["reason"];
}

/** @param requestId the id of the request or invocation that it happened in */
export function problemOf({ kind: code, message, errors, reason }: Failure, requestId: string): FailureProblem {
  const { status, title, retryable, advice } = failures[code];
  const type = `urn:toggl-insights:problem:${code}`;
  const detail = `${message} ${advice}`.trimEnd();
  const instance = `urn:uuid:${requestId}`;
  const more = { ...(errors && { errors: [...errors] }), ...(reason && { reason }) };
  return { type, title, status, detail, instance, code, retryable, ...more };
}

/** Whether asking the same again can help, without anybody changing anything. */
export function isRetryable({ kind }: Failure): boolean {
  return failures[kind].retryable;
}
