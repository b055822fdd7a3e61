import { previousRun } from "./cron.ts";
import type { Deadline } from "./deadline.ts";
import type { Export } from "./export.ts";
import type { Schedule } from "./schedule.ts";
import { scheduledExports } from "./scheduled-exports.ts";

/** How much of the history is looked at for what each schedule made last. */
export const mostLookedAt = 100;

interface LastExportNeeds {
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly now: () => number;
}

/**
 * What a schedule made last: the newest of the latest exports, or the first file of the run before, for a schedule that
 * runs so rarely that it is not among them.
 */
export async function lastExportOf(
  schedule: Schedule,
  latest: readonly Export[],
  deadline: Deadline,
  { findExport, now }: LastExportNeeds,
): Promise<Export | undefined> {
  const found = latest.find((made) => made.schedule === schedule.name);
  if (found) return found;
  const { cron, time_zone, workspace_id } = schedule;
  const run = cron === undefined ? undefined : previousRun({ cron, time_zone }, now());
  const [job] = run === undefined ? [] : scheduledExports(schedule, run);
  return job && findExport(workspace_id, job.id, deadline);
}
