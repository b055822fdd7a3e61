import type { Clock } from "../../core/ports/ports.ts";
import type { Toggl } from "../../core/ports/toggl.ts";
import type { Fetch } from "./raw-fetch.ts";

interface Pace extends Pick<Toggl, "rest"> {
  readonly fetch: Fetch;
}

/** Toggl lets about one request a second through for each token (docs/toggl.md). */
const gapMs = 1000;

/** Leaves a second between an answer and the next request. One request at a time is the caller's business. */
export function pacedFetch(fetch: Fetch, { monotonicNow, sleep }: Pick<Clock, "monotonicNow" | "sleep">): Pace {
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
