import { previousRun, rateMs } from "./cron.ts";
import type { Deadline } from "./deadline.ts";
import type { Export } from "./export.ts";
import type { Schedule } from "./schedule.ts";
import { type ExportJob, scheduledExports } from "./scheduled-exports.ts";

interface RowsBeforeNeeds {
  readonly schedules: ReadonlyMap<string, Schedule>;
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
}

/** Rows of the file that the same schedule made in the run before: its id follows from when that run was due. */
export async function rowsBefore(
  { workspace_id, schedule: name = "", occurrence = "", format }: ExportJob,
  deadline: Deadline,
  { schedules, findExport }: RowsBeforeNeeds,
): Promise<number | undefined> {
  const schedule = schedules.get(name);
  const run = schedule && runBefore(schedule, Date.parse(occurrence));
  if (!schedule || run === undefined) return undefined;
  const job = scheduledExports(schedule, run).find((one) => one.format === format && !one.isRefresh);
  const made = job && (await findExport(workspace_id, job.id, deadline));
  return made?.file?.rows;
}

function runBefore({ cron, rate = "", time_zone }: Schedule, occurrence: number): number | undefined {
  if (cron !== undefined) return previousRun({ cron, time_zone }, occurrence);
  return occurrence - (rateMs(rate) ?? 0);
}
