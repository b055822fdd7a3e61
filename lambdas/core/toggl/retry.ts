import type { Failure } from "../failure.ts";

/** How often one call is asked again: few, since every retry spends what the customer paid for. The queue does it by itself. */
const maxRetries = { "while-waiting": 2, never: 0 } as const;

export type RetryPolicy = keyof typeof maxRetries;

/** Toggl's bucket lets about one request through in a second. */
const firstWaitMs = 1000;

/**
 * Milliseconds to wait before asking Toggl again, or undefined to give up.
 * @param random a number from 0 to below 1
 * @param remainingMs until an answer is due; a wait that ends after it is none
 */
export function retryWait(
  failure: Failure,
  {
    retries,
    policy,
    remainingMs,
    random,
  }: { retries: number; policy: RetryPolicy; remainingMs: number; random: number },
): number | undefined {
  if (retries >= maxRetries[policy]) return undefined;
  const wait = waitFor(failure, retries, random);
  return wait !== undefined && wait < remainingMs ? wait : undefined;
}

function waitFor({ kind, retryAfterSeconds = 0 }: Failure, retries: number, random: number): number | undefined {
  const jitter = random * firstWaitMs * 2 ** retries;
  if (kind === "toggl_rate_limited") return Math.max(firstWaitMs, retryAfterSeconds * 1000) + jitter;
  if (kind === "toggl_unavailable") return retryAfterSeconds * 1000 + jitter;
  return undefined;
}

/** What a call earns of a retry: over time a tenth of the calls are retried, whatever Toggl's state. */
const earnedByCall = 0.1;

/** How many retries a quiet instance has at hand. */
const maxLeft = 10;

/** Keeps an outage at Toggl from multiplying what the customer's quota pays for. */
export interface RetryBudget {
  /** Must be called once for every call. */
  earn(): void;
  /** Takes one retry; false if none is left. */
  spend(): boolean;
}

export function retryBudget(): RetryBudget {
  let left = maxLeft;
  return {
    earn() {
      left = Math.min(maxLeft, left + earnedByCall);
    },
    spend() {
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
