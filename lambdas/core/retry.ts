import type { Failure } from "./failure.ts";

/** Every retry spends what the customer paid for, so there are few. */
const mostRetries = 2;

/** Toggl's bucket lets about one request through in a second. */
const firstWaitMs = 1000;

/**
 * Milliseconds to wait before asking Toggl again, or undefined to give up.
 * @param random a number from 0 to below 1
 * @param remainingMs until an answer is due; a wait that ends after it is none
 */
export function retryWait(
  failure: Failure,
  { retries, remainingMs, random }: { retries: number; remainingMs: number; random: number },
): number | undefined {
  if (retries >= mostRetries) return undefined;
  const wait = waitFor(failure, retries, random);
  return wait !== undefined && wait < remainingMs ? wait : undefined;
}

function waitFor({ kind, retryAfterSeconds = 0 }: Failure, retries: number, random: number): number | undefined {
  const jitter = random * firstWaitMs * 2 ** retries;
  if (kind === "toggl_rate_limited") return Math.max(firstWaitMs, retryAfterSeconds * 1000) + jitter;
  if (kind === "toggl_unavailable") return retryAfterSeconds * 1000 + jitter;
  return undefined;
}
