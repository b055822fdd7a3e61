import { readFileSync } from "node:fs";

/** Megabytes of memory that a process has in use; 0 where the system does not tell (only Linux does, in /proc). */
export function residentMegabytes(pid: number | undefined): number {
  return readStatus(pid, "VmRSS");
}

/** Megabytes of memory that a process had in use at most. */
export function peakMemoryMegabytes(pid: number | undefined): number {
  return readStatus(pid, "VmHWM");
}

function readStatus(pid: number | undefined, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // the process has ended, or this is no Linux
  }
}
