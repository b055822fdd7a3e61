import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../core/ports/ports.ts";

/** The machine's own clock, and its chance. */
export const clock: Clock = { now: Date.now, monotonicNow: () => performance.now(), random: Math.random, sleep };
