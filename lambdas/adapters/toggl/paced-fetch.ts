import type { Fetch } from "./raw-fetch.ts";

interface Pace {
  readonly fetch: Fetch;
  /** Waits until the next request may be sent. */
  readonly rest: () => Promise<void>;
}

interface PaceNeeds {
  readonly fetch: Fetch;
  /** Milliseconds of a clock that nobody sets, such as `performance.now`: a wall clock set back would stall the worker. */
  readonly monotonicNow: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Toggl lets about one request a second through for each token (docs/toggl.md). */
const gapMs = 1000;

/** Leaves a second between an answer and the next request. One request at a time is the caller's business. */
export function pacedFetch({ fetch, monotonicNow, sleep }: PaceNeeds): Pace {
  let freeAt = Number.NEGATIVE_INFINITY;
  const rest = async () => {
    for (let wait = freeAt - monotonicNow(); wait > 0; wait = freeAt - monotonicNow()) await sleep(wait);
  };
  return {
    rest,
    async fetch(url, init) {
      await rest();
      try {
        return await fetch(url, init);
      } finally {
        freeAt = monotonicNow() + gapMs;
      }
    },
  };
}
