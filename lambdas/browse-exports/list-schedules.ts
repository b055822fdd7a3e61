import type { ConfiguredSchedule, ScheduleRun } from "../../api/schedule.ts";
import { isoTime } from "../../api/times.ts";
import type { Deadline } from "../core/deadline.ts";
import type { Using } from "../core/ports/ports.ts";
import { nextRuns, rateMs } from "../core/schedules/cron.ts";
import { lastRunOf } from "../core/schedules/last-run.ts";

type ListSchedulesPorts = Using<{
  configuration: "schedules";
  exports: "find";
  current: "read";
  coordination: "orders";
  clock: "now";
}>;

/** A workspace's schedules: what each makes, when it runs next, and what its last run came to. */
export async function listSchedules(workspaceId: number, deadline: Deadline, ports: ListSchedulesPorts) {
  const own = [...ports.configuration.schedules.values()].filter(({ workspace_id }) => workspace_id === workspaceId);
  const described = own.map(async (schedule) => {
    const { manifest } = await ports.current.read(schedule.name, deadline);
    const last = await lastRunOf(schedule, manifest, deadline, ports);
    const next = schedule.enabled ? nextRun(schedule, last, ports.clock.now()) : undefined;
    return { ...schedule, ...(next && { next_run_at: isoTime(next) }), ...(last && { last_run: last }) };
  });
  return { schedules: await Promise.all(described) };
}

/** A rate counts from a moment that only EventBridge knows: from the last run on it is known here too. */
function nextRun(
  { cron, rate, time_zone }: ConfiguredSchedule,
  last: ScheduleRun | undefined,
  now: number,
): number | undefined {
  if (cron !== undefined) return nextRuns({ cron, time_zone }, now, 1)[0];
  const step = rateMs(rate ?? "");
  if (step === undefined || last === undefined) return undefined;
  const since = Date.parse(last.occurrence);
  return since + Math.max(1, Math.ceil((now - since) / step)) * step;
}
