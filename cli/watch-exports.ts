import type { Export } from "../client/api-types.ts";
import { followExports } from "../client/follow-exports.ts";

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
    const now = found ? `${found.status} ${found.resumes_at}` : "";
    if (found && now !== before.get(id) && !silent.includes(found.status)) print(lineOf(found));
    before.set(id, now);
  };
  const made = await followExports(ids, { find, onLook });
  return made.filter((one) => one !== undefined);
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
