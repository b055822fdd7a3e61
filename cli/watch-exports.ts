import type { Export } from "../api/export.ts";
import { followExports } from "../client/follow-exports.ts";
import { remarkOn, size } from "./export-lines.ts";

interface WatchNeeds<Found> {
  readonly find: (id: string) => Promise<Found | undefined>;
  readonly print: (line: string) => void;
}

/** What goes without saying. */
const silent = ["queued", "running"];

/**
 * Prints each change of some exports until all are made or have failed.
 * @returns them as they are then
 */
export async function watchExports<Found extends Export>(
  ids: readonly string[],
  { find, print }: WatchNeeds<Found>,
): Promise<Found[]> {
  const before = new Map<string, string>();
  const onLook = (found: Found | undefined, id: string) => {
    const now = found ? stateOf(found) : "";
    if (found && now !== before.get(id) && !silent.includes(found.status)) print(lineOf(found));
    before.set(id, now);
  };
  const made = await followExports(ids, { find, onLook });
  return made.filter((one) => one !== undefined);
}

/** What a line is worth: another status, or another time to go on at. */
function stateOf(made: Export): string {
  return `${made.status} ${made.status === "deferred" ? made.resumes_at : ""}`;
}

function lineOf(made: Export): string {
  const { parameters, format, status } = made;
  const { start_date = "", end_date = "" } = parameters;
  const what = `${start_date} to ${end_date}  ${format.padEnd(4)}  ${status.padEnd(9)}`;
  const more = [
    made.status === "succeeded" && `${size(made.file.bytes)}  ${made.file.key}`,
    made.status === "succeeded" && made.unchanged && "(unchanged)",
    made.status === "deferred" && `${remarkOn(made)}: Toggl's quota`,
    made.status === "failed" && made.problem.detail,
  ];
  return `  ${[what, ...more.filter(Boolean)].join("  ").trimEnd()}`;
}
