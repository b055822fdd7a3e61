import type { Failure } from "./failure.ts";

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
