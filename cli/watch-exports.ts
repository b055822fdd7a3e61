import { setTimeout as sleep } from "node:timers/promises";
import type { Export } from "../api/export.ts";

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

function stateOf(made: Export): string {
  return `${made.status} ${made.status === "deferred" ? made.resumes_at : ""}`;
}

function lineOf(made: Export): string {
  const { parameters, format, status } = made;
  const { start_date = "", end_date = "" } = parameters;
  const what = `${start_date} to ${end_date}  ${format.padEnd(4)}  ${status.padEnd(9)}`;
  const more = [
    made.status === "succeeded" && `${made.file.bytes} bytes  ${made.file.key}`,
    made.status === "succeeded" && made.unchanged && "(unchanged)",
    made.status === "deferred" && `until ${made.resumes_at}: Toggl's quota`,
    made.status === "failed" && made.problem.detail,
  ];
  return `  ${[what, ...more.filter(Boolean)].join("  ").trimEnd()}`;
}
