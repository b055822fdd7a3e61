import type { Fetch } from "./raw-fetch.ts";

interface Pace {
  readonly fetch: Fetch;
  /** Waits until the next request may be sent. */
  readonly rest: () => Promise<void>;
}

interface PaceNeeds {
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Toggl lets about one request a second through for each token (docs/toggl.md). */
const gapMs = 1000;

/** Leaves a second between an answer and the next request. One request at a time is the caller's business. */
export function pacedFetch({ fetch, now, sleep }: PaceNeeds): Pace {
  let freeAt = Number.NEGATIVE_INFINITY;
  const rest = async () => {
    for (let wait = freeAt - now(); wait > 0; wait = freeAt - now()) await sleep(wait);
  };
  return {
    rest,
    async fetch(url, init) {
      await rest();
      try {
        return await fetch(url, init);
      } finally {
        freeAt = now() + gapMs;
      }
    },
  };
}
