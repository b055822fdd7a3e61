import type { ScheduleRun } from "../../../api/schedule.ts";
import type { Deployed, InsightsEvent } from "../exports/export-event.ts";
import type { RunSchedule } from "../ports/ports.ts";

/** What is said of a run once each of its exports has come to an end: what others begin with. */
export function runEvent(
  { name: schedule, workspace_id, report }: RunSchedule,
  run: ScheduleRun,
  { apiUrl }: Deployed,
): InsightsEvent {
  const schedule_url = `${apiUrl}/workspace/${workspace_id}/schedules`;
  const detail = { schedule, workspace_id, report, ...run, schedule_url };
  return { type: "Run Completed", detail: { ...detail, summary: summaryOf(schedule, workspace_id, run) } };
}

/** A few sentences for people. */
function summaryOf(schedule: string, workspaceId: number, run: ScheduleRun): string {
  const { from_date, to_date, status, exports, unchanged, restated, failed } = run;
  const own = `${exports.map(({ format }) => format).join(" and ")} ${status}`;
  const counts = Object.entries({ unchanged, restated, failed }).flatMap(([what, count]) =>
    count > 0 ? `${count} ${what}` : [],
  );
  const all = counts.length > 0 ? ` Of all its exports ${counts.join(", ")}.` : "";
  return `Run Completed: ${schedule} for ${from_date} to ${to_date}, workspace ${workspaceId}: ${own}.${all}`;
}
