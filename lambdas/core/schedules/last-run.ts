import type { Export } from "../../../api/export.ts";
import type { Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule, ScheduleRun } from "../../../api/schedule.ts";
import type { Deadline } from "../deadline.ts";
import { jobsOfOrder } from "../exports/run-order.ts";
import type { Using } from "../ports/ports.ts";
import { previousRun } from "./cron.ts";
import { type ExportJob, scheduledExports } from "./schedule.ts";
import { scheduleRun } from "./schedule-run.ts";

type LastRunPorts = Using<{ exports: "find"; coordination: "orders"; clock: "now" }>;

/** How many runs back to look for one that only its records show. */
const maxRunsBack = 3;

/**
 * A schedule's last run, whatever became of it. One that has come to an end stands in the manifest; one that waits or works
 * has written down what it makes. A schedule that last ran under a version of this product that wrote neither is looked for
 * where its exports must be.
 */
export async function lastRunOf(
  schedule: ConfiguredSchedule,
  manifest: Manifest | undefined,
  deadline: Deadline,
  ports: LastRunPorts,
): Promise<ScheduleRun | undefined> {
  const isOwn = ({ workspace_id }: { readonly workspace_id: number }) => workspace_id === schedule.workspace_id;
  const last = manifest?.last_run;
  const noted = last?.exports.every(isOwn) ? last : undefined; // the schedule may have been another workspace's
  const begun = await ports.coordination.orders.newest(schedule.name, noted?.occurrence, deadline);
  if (begun && isOwn(begun.order)) {
    const jobs = jobsOfOrder(begun.run, begun.order);
    return scheduleRun(jobs, await recordsOf(jobs, deadline, ports));
  }
  if (noted) return noted;
  const { cron, time_zone } = schedule;
  let before = ports.clock.now();
  for (let run = 0; run < maxRunsBack && cron !== undefined; run++) {
    const occurrence = previousRun({ cron, time_zone }, before);
    if (occurrence === undefined) return undefined;
    before = occurrence;
    const jobs = scheduledExports({ ...schedule, refresh_previous: 0 }, occurrence);
    const records = await recordsOf(jobs, deadline, ports);
    if (records.length > 0) return scheduleRun(jobs, records);
  }
  return undefined;
}

async function recordsOf(jobs: readonly ExportJob[], deadline: Deadline, { exports }: LastRunPorts): Promise<Export[]> {
  const found = await Promise.all(jobs.map(({ id, workspace_id }) => exports.find(workspace_id, id, deadline)));
  return found.filter((record) => record !== undefined);
}
