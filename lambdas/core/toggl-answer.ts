import { Failure } from "./failure.ts";
import { isoTime } from "./times.ts";
import { togglMessage } from "./toggl-message.ts";

/** The start of an answer of Toggl's: enough to tell what it means. */
export interface TogglAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The first bytes of the body as text; only looked at when the status is no success. */
  readonly body: string;
}

/** What Toggl's quota headers say. They come on ordinary answers too (docs/toggl.md). */
export interface TogglQuota {
  readonly quota_remaining?: number;
  readonly quota_resets_at?: string;
}

/** The quota is counted by the hour, so it is back after one at the latest. */
const longestQuotaWaitSeconds = 3600;

/** Toggl lets about one request through in a second; it does not promise a `Retry-After`. */
const bucketRefillSeconds = 1;

/** @param now milliseconds since 1970 */
export function togglQuota(headers: TogglAnswer["headers"], now: number): TogglQuota {
  const remaining = wholeNumber(headers.get("x-toggl-quota-remaining"));
  const resetsIn = wholeNumber(headers.get("x-toggl-quota-resets-in"));
  return {
    ...(remaining !== undefined && { quota_remaining: remaining }),
    ...(resetsIn !== undefined && { quota_resets_at: secondsFrom(now, resetsIn) }),
  };
}

/**
 * What an answer other than 200 means (docs/toggl.md, "Statuses").
 * @param now milliseconds since 1970
 */
export function failureOf(answer: TogglAnswer, now: number): Failure {
  const { status, headers } = answer;
  const said = togglMessage(answer.body);
  const telling = `Toggl answered ${status}${said && `: ${said}`}`;
  if (status === 401 || status === 403) return new Failure("toggl_credentials_rejected", refusal(telling));
  if (status === 402) return paymentRequired(answer, telling, now);
  if (status === 410) return new Failure("toggl_gone", `${sentence(telling)} Toggl has removed this report for good.`);
  if (status === 429) {
    const retryAfterSeconds = retryAfter(headers, now) ?? bucketRefillSeconds;
    return new Failure("toggl_rate_limited", sentence(telling), { retryAfterSeconds });
  }
  if (status >= 400 && status < 500) return new Failure("toggl_rejected", sentence(telling));
  if (status >= 500) {
    return new Failure("toggl_unavailable", sentence(telling), { retryAfterSeconds: retryAfter(headers, now) });
  }
  return new Failure("toggl_unexpected", `${sentence(telling)} A report was due. Redirects are not followed.`);
}

function refusal(telling: string): string {
  return `${sentence(telling)} The token must belong to an admin of the workspace; check the token, the owner's role and the workspace id.`;
}

/**
 * 402 means two things: the quota only if none remains or the body says so. The quota headers prove nothing by
 * being there.
 */
function paymentRequired({ headers, body }: TogglAnswer, telling: string, now: number): Failure {
  const remaining = wholeNumber(headers.get("x-toggl-quota-remaining"));
  const isQuota = (remaining !== undefined && remaining <= 0) || /hourly limit|quota will reset/i.test(body);
  if (!isQuota) {
    return new Failure("toggl_feature_required", `${sentence(telling)} The workspace's Toggl plan lacks this report.`);
  }
  const retryAfterSeconds =
    wholeNumber(headers.get("x-toggl-quota-resets-in")) ??
    wholeNumber(/reset in (\d+) second/i.exec(body)?.[1] ?? null) ??
    retryAfter(headers, now) ??
    longestQuotaWaitSeconds;
  const resetsAt = secondsFrom(now, retryAfterSeconds);
  return new Failure("toggl_quota_exhausted", `${sentence(telling)} The quota is back at ${resetsAt}.`, {
    retryAfterSeconds,
  });
}

/** `Retry-After` in seconds, whether it came as seconds or as a date. */
function retryAfter(headers: TogglAnswer["headers"], now: number): number | undefined {
  const value = headers.get("retry-after");
  const seconds = wholeNumber(value);
  if (seconds !== undefined) return seconds;
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

function wholeNumber(value: string | null): number | undefined {
  return value !== null && /^\s*-?\d{1,9}\s*$/.test(value) ? Number(value) : undefined;
}

function secondsFrom(now: number, seconds: number): string {
  return isoTime(now + Math.max(0, seconds) * 1000);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
