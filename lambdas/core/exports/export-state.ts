import type {
  DeferredExport,
  Export,
  FailedExport,
  QueuedExport,
  RunningExport,
  SucceededExport,
} from "../../../api/export.ts";
import { isoTime } from "../../../api/times.ts";
import { Failure } from "../failure.ts";
import { isRetryable, problemOf } from "../problem.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { type Delivery, mayWaitUntil } from "./delivery.ts";
import type { MadeFile } from "./make-file.ts";

/*
 * The states of an export that is made in the background:
 *
 *   queued     → running     a run takes its message
 *   running    → running     the run was ended in the middle; the next one counts it as an attempt
 *   running    → succeeded   its file is there
 *   running    → deferred    Toggl's quota or pace asks to wait, or the token is missing yet: no attempt is lost, but a wait is counted
 *   deferred   → running     the wait is over
 *   running    → queued      something failed that may pass, with attempts left
 *   running    → failed      it will not pass, or no attempt, no wait or no time of its message is left
 *   failed     → running     it was asked for again after it had failed: attempts and waits begin again
 */

export type Outcome =
  /** Made, or failed for good. */
  | { readonly kind: "settled" }
  /** Failed as often as it may: somebody has to look at it. */
  | { readonly kind: "exhausted" }
  /** To be delivered again after this many seconds. `wait`: Toggl or another run asks for it, so nothing else may go on. */
  | { readonly kind: "again"; readonly afterSeconds: number; readonly wait: boolean };

export function again(afterSeconds: number, wait: boolean): Outcome {
  return { kind: "again", afterSeconds, wait };
}

/** When even the record cannot be written: longer with each receipt, until the message may wait no more. */
export function laterEachTime(delivery: Delivery, now: number, wait: boolean): Outcome {
  const seconds = waitSeconds(delivery.receipts);
  return mayWaitUntil(now + seconds * 1000, delivery) ? again(seconds, wait) : { kind: "exhausted" };
}

/** A record that says that a run is at work. */
export type AttemptedExport = RunningExport & { readonly attempts: number };

/** Whether nothing is left to make. A failed export is made again if it was asked for after it had failed. */
export function isSettled(
  found: Export,
  { sentAt }: Pick<Delivery, "sentAt">,
): found is SucceededExport | FailedExport {
  if (found.status === "succeeded") return true;
  return found.status === "failed" && sentAt <= Date.parse(found.completed_at);
}

/**
 * What its record says while a run is at work on it.
 * @param found its record until now
 */
export function runningExport(job: ExportJob, found: Export | undefined, now: number): AttemptedExport {
  const { id, isRefresh: _, madeFrom: __, ...asked } = job;
  const requested_with = job.requested_with ?? found?.requested_with; // a run of a schedule has it in its record alone
  const { attempts = 0, waits } = (found?.status === "failed" ? undefined : found) ?? {};
  return {
    id,
    status: "running",
    ...asked,
    ...(requested_with && { requested_with }),
    created_at: found?.created_at ?? job.created_at ?? isoTime(now),
    attempts: attempts + 1,
    ...(waits && { waits }),
  };
}

/** Why an export fails whose every run was ended in the middle; undefined while an attempt is left. */
export function noAttemptLeft({ attempts }: AttemptedExport): Failure | undefined {
  return attempts > maxAttempts ? new Failure("internal_error", "Every attempt ended without a result.") : undefined;
}

export function succeededExport(running: RunningExport, file: MadeFile, now: number): SucceededExport {
  return { ...running, status: "succeeded", ...file, completed_at: isoTime(now) };
}

/**
 * What becomes of an export whose attempt failed, and of its message.
 * @param random a number from 0 to below 1
 */
export function afterFailure(
  running: AttemptedExport,
  failure: Failure,
  { delivery, now, random }: { delivery: Delivery; now: number; random: number },
): { readonly record: QueuedExport | DeferredExport | FailedExport; readonly outcome: Outcome } {
  const problem = problemOf(failure, delivery.requestId);
  const mayWait = (seconds: number) => mayWaitUntil(now + seconds * 1000, delivery);
  if (isDeferral(failure)) {
    const waits = (running.waits ?? 0) + 1;
    const seconds = deferralSeconds(failure.retryAfterSeconds ?? 0, waits, random);
    if (waits > maxWaits || !mayWait(seconds)) return failed(running, givenUp(failure, waits - 1), delivery, now);
    const attempts = running.attempts - 1;
    const resumes_at = isoTime(now + seconds * 1000);
    return {
      record: { ...running, status: "deferred", attempts, waits, problem, resumes_at },
      outcome: again(seconds, true),
    };
  }
  const seconds = retrySeconds(running.attempts, random);
  if (!isRetryable(failure) || running.attempts >= maxAttempts || !mayWait(seconds)) {
    return failed(running, failure, delivery, now);
  }
  return { record: { ...running, status: "queued", problem }, outcome: again(seconds, false) };
}

/** What is to be made of a file that could not be made has failed for the same reason, and is not tried by itself. */
export function failedLike(running: AttemptedExport, { problem }: FailedExport, now: number): FailedExport {
  return { ...running, status: "failed", completed_at: isoTime(now), problem };
}

function failed(running: AttemptedExport, failure: Failure, { requestId }: Delivery, now: number) {
  const attempts = Math.min(running.attempts, maxAttempts);
  const problem = problemOf(failure, requestId);
  const record: FailedExport = { ...running, status: "failed", attempts, completed_at: isoTime(now), problem };
  return { record, outcome: { kind: isRetryable(failure) ? "exhausted" : "settled" } } as const;
}

function givenUp({ kind, message }: Failure, waits: number): Failure {
  return new Failure(kind, `${message} It waited ${waits} times and is given up.`);
}

/** How often an export is tried; waiting does not count. */
export const maxAttempts = 5;

/** How often an export waits: a day of spent quotas, five hours of rate limits or without a token. */
export const maxWaits = 24;

/** How long it waits at least, the first time and each time after; the last number counts from then on. */
const minWaitSeconds = [30, 60, 120, 300, 900];

/** Toggl counts by the hour: whoever asks for longer than that is not believed. */
const maxAskedSeconds = 3600;

const firstRetrySeconds = 30;

/**
 * Whether it only has to wait, and no attempt is lost: Toggl asks for it, or the token is still to be put in. A `rate`
 * schedule fires as soon as it is deployed, before anybody can have done that
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html).
 */
export function isDeferral({ kind }: Failure): boolean {
  return kind === "toggl_quota_exhausted" || kind === "toggl_rate_limited" || kind === "token_not_set";
}

/**
 * Seconds to wait: longer each time, at least as long as Toggl asks, and a little more, so that not all who wait come at
 * once.
 * @param waits which time it is, from 1
 * @param random a number from 0 to below 1
 */
export function deferralSeconds(askedSeconds: number, waits: number, random: number): number {
  const asked = Math.min(askedSeconds, maxAskedSeconds) + 1; // one for the fractions that whole seconds hide
  const seconds = Math.max(asked, waitSeconds(waits));
  return Math.ceil(seconds + random * Math.min(60, Math.max(1, seconds / 10)));
}

/** @param waits which time it is, from 1 */
export function waitSeconds(waits: number): number {
  return minWaitSeconds[Math.min(waits, minWaitSeconds.length) - 1] ?? 0;
}

/**
 * Seconds until the next attempt: half a minute at first, then twice as long each time, up to half of it left to chance.
 * @param attempts how many there were
 */
export function retrySeconds(attempts: number, random: number): number {
  const max = firstRetrySeconds * 2 ** (attempts - 1);
  return Math.ceil(max / 2 + (random * max) / 2);
}
