import type { Failure } from "./failure.ts";

/** How often an export is tried; waiting for Toggl's quota does not count. */
export const mostAttempts = 5;

const firstRetrySeconds = 30;

/** Whether Toggl asks to wait: nothing is wrong, and no attempt is lost. */
export function isDeferral({ kind }: Failure): boolean {
  return kind === "toggl_quota_exhausted" || kind === "toggl_rate_limited";
}

/**
 * Seconds to wait at least as long as Toggl asks, and a little more, so that not all who wait come at once.
 * @param random a number from 0 to below 1
 */
export function deferralSeconds(askedSeconds: number, random: number): number {
  const jitter = Math.min(60, Math.max(1, askedSeconds / 10));
  return Math.ceil(askedSeconds + 1 + random * jitter); // one for the fractions that whole seconds hide
}

/**
 * Seconds until the next attempt: half a minute at first, then twice as long each time, up to half of it left to chance.
 * @param attempts how many there were
 */
export function retrySeconds(attempts: number, random: number): number {
  const most = firstRetrySeconds * 2 ** (attempts - 1);
  return Math.ceil(most / 2 + (random * most) / 2);
}
