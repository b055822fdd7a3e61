export interface Quota {
  /** Takes one request off; false if none is left. */
  take(): boolean;
  headers(): Record<string, string>;
  /** Seconds until all are back. */
  resetsIn(): number;
  /**
   * Sets what is left until the next reset.
   * @param backAfterMs lets all be back so long after the last one was taken, and no sooner
   */
  leave(remaining: number, backAfterMs?: number): void;
}

/** Toggl's hourly quota: a number of requests from the first on, all back an hour later. */
export function hourlyQuota(limit: number, hourMs: number, now: () => number): Quota {
  let remaining = limit;
  let endsAt = Number.NEGATIVE_INFINITY;
  let backAfter: number | undefined;
  const refresh = () => {
    if (now() < endsAt) return;
    remaining = limit;
    endsAt = now() + hourMs;
  };
  const resetsIn = () => Math.max(0, Math.ceil((endsAt - now()) / 1000));
  return {
    resetsIn,
    take() {
      refresh();
      if (remaining <= 0) return false;
      remaining--;
      if (remaining === 0 && backAfter !== undefined) endsAt = now() + backAfter;
      if (remaining === 0) backAfter = undefined;
      return true;
    },
    headers: () => ({ "x-toggl-quota-remaining": String(remaining), "x-toggl-quota-resets-in": String(resetsIn()) }),
    leave(left, backAfterMs) {
      refresh();
      remaining = left;
      backAfter = backAfterMs;
    },
  };
}

/** So many requests fit into the bucket before it overflows; it leaks one a second. */
const capacity = 3;

/** Toggl's leaky bucket of about one request a second for each token; false once it overflows. */
export function leakyBucket(now: () => number): (token: string) => boolean {
  const buckets = new Map<string, { level: number; at: number }>();
  return (token) => {
    const { level, at } = buckets.get(token) ?? { level: 0, at: now() };
    const leaked = Math.max(0, level - (now() - at) / 1000);
    const fits = leaked + 1 <= capacity;
    buckets.set(token, { level: fits ? leaked + 1 : leaked, at: now() });
    return fits;
  };
}
