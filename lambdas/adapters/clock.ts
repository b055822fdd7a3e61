import { setTimeout as sleep } from "node:timers/promises";
import type { Deadline } from "../core/deadline.ts";
import type { Clock } from "../core/ports/ports.ts";

/** The machine's own clock, and its chance. */
export const clock: Clock = { now: Date.now, monotonicNow: () => performance.now(), random: Math.random, sleep };

/** A deadline that comes no later than in so many milliseconds from now. */
export function atMost(milliseconds: number, { signal, remainingMs }: Deadline): Deadline {
  const endsAt = Date.now() + milliseconds;
  return {
    signal: AbortSignal.any([signal, AbortSignal.timeout(milliseconds)]),
    remainingMs: () => Math.min(remainingMs(), Math.max(0, endsAt - Date.now())),
  };
}
