import { previousRun } from "./cron.ts";
import type { Deadline } from "./deadline.ts";
import type { Export, ExportStatus } from "./export.ts";
import type { Schedule } from "./schedule.ts";
import { scheduledExports } from "./scheduled-exports.ts";

/** How much of the history is looked at for what each schedule made last. */
export const mostLookedAt = 100;

/** How many runs back it is looked for what a schedule made that is not in that part of the history. */
const maxRunsBack = 3;

/** What people have to know of first. */
const worstFirst: readonly ExportStatus[] = ["failed", "deferred", "queued", "running", "succeeded"];

interface LastExportNeeds {
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly now: () => number;
}

/**
 * What a schedule's last run came to: of the files of its own period, not of those that it makes again, the one that went
 * worst. The run is that of the newest export in the history, or for a schedule that runs so rarely that it is not there,
 * one of the last that were due.
 * @param latest the workspace's latest exports, newest first
 */
export async function lastExportOf(
  schedule: Schedule,
  latest: readonly Export[],
  deadline: Deadline,
  { findExport, now }: LastExportNeeds,
): Promise<Export | undefined> {
  const newest = latest.find((made) => made.schedule === schedule.name);
  if (newest?.occurrence !== undefined) {
    return (await worstOf(Date.parse(newest.occurrence))) ?? worst(newestPeriod(latest.filter(isOfRun(newest))));
  }
  const { cron, time_zone } = schedule;
  let before: number | undefined = now();
  for (let run = 0; run < maxRunsBack && cron !== undefined && before !== undefined; run++) {
    before = previousRun({ cron, time_zone }, before);
    const made = before === undefined ? undefined : await worstOf(before);
    if (made) return made;
  }
  return undefined;

  async function worstOf(occurrence: number): Promise<Export | undefined> {
    const own = scheduledExports({ ...schedule, refresh_previous: 0 }, occurrence);
    const found = await Promise.all(
      own.map(async ({ id, workspace_id }) => {
        return latest.find((made) => made.id === id) ?? (await findExport(workspace_id, id, deadline));
      }),
    );
    return worst(found.filter((made) => made !== undefined));
  }
}

function worst(exports: readonly Export[]): Export | undefined {
  return exports.toSorted((one, other) => worstFirst.indexOf(one.status) - worstFirst.indexOf(other.status))[0];
}

function isOfRun({ schedule, occurrence }: Export) {
  return (made: Export) => made.schedule === schedule && made.occurrence === occurrence;
}

/** For a run before the schedule's formats or period were changed, whose ids are not those of now. */
function newestPeriod(exports: readonly Export[]): readonly Export[] {
  const last = exports
    .map(({ parameters }) => parameters.end_date ?? "")
    .sort()
    .at(-1);
  return exports.filter(({ parameters }) => (parameters.end_date ?? "") === last);
}
