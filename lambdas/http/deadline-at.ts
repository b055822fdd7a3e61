import { setMaxListeners } from "node:events";
import type { Deadline } from "../core/deadline.ts";

/** A deadline at a moment; both in milliseconds since 1970. */
export function deadlineAt(endsAt: number, now: number): Deadline {
  const signal = AbortSignal.timeout(Math.max(0, endsAt - now));
  setMaxListeners(0, signal); // a page of history has a hundred reads waiting on it
  return { signal, remainingMs: () => Math.max(0, endsAt - Date.now()) };
}
