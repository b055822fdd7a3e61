import { setTimeout as sleep } from "node:timers/promises";
import type { Export } from "../client/api-types.ts";

interface WatchNeeds {
  readonly find: (id: string) => Promise<Export | undefined>;
  readonly print: (line: string) => void;
}

const lookEveryMs = 1000;

/** What goes without saying. */
const silent = ["queued", "running"];

/**
 * Prints each change of some exports until all are made or have failed.
 * @returns how many failed
 */
export async function watchExports(ids: readonly string[], { find, print }: WatchNeeds): Promise<number> {
  const open = new Map(ids.map((id) => [id, ""]));
  let failed = 0;
  while (open.size > 0) {
    for (const [id, before] of open) {
      const found = await find(id);
      const now = found ? stateOf(found) : "";
      if (now !== before && found && !silent.includes(found.status)) print(lineOf(found));
      open.set(id, now);
      if (found?.status === "failed") failed++;
      if (found?.status === "failed" || found?.status === "succeeded") open.delete(id);
      else break; // the queue keeps their order, so the next ones wait too
    }
    if (open.size > 0) await sleep(lookEveryMs);
  }
  return failed;
}

function stateOf({ status, resumes_at = "" }: Export): string {
  return `${status} ${resumes_at}`;
}

function lineOf({ parameters, format, status, file, unchanged, resumes_at, problem }: Export): string {
  const { start_date = "", end_date = "" } = parameters;
  const what = `${start_date} to ${end_date}  ${format.padEnd(4)}  ${status.padEnd(9)}`;
  const more = [
    file && `${file.bytes} bytes  ${file.key}`,
    unchanged && "(unchanged)",
    status === "deferred" && `until ${resumes_at}: Toggl's quota`,
    status === "failed" && problem?.detail,
  ];
  return `  ${[what, ...more.filter(Boolean)].join("  ").trimEnd()}`;
}
