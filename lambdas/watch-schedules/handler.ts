import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { isoTime } from "../../api/times.ts";
import type { Deadline } from "../core/deadline.ts";
import type { Using } from "../core/ports/ports.ts";
import { ruleOf, type ScheduleHealth, scheduleHealth } from "../core/schedules/schedule-health.ts";
import { deadlineAt } from "../http/deadline-at.ts";

type WatchPorts = Using<{
  configuration: "schedules";
  exports: "find";
  current: "read";
  coordination: "orders" | "watches";
  clock: "now";
  telemetry: "event" | "measure";
}>;

interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Tells how old what each schedule made is, and which run is missing. Silence of its own raises the same alarm. */
export function watchSchedules(ports: WatchPorts) {
  return async (_event: unknown, invocation: Invocation): Promise<readonly ScheduleHealth[]> => {
    const { configuration, telemetry, clock } = ports;
    const deadline = deadlineAt(clock.now() + invocation.getRemainingTimeInMillis() - 1000, clock.now());
    const health = await Promise.all(
      [...configuration.schedules.values()].map(async (schedule) => {
        const since = await watchedSince(schedule, deadline, ports);
        return scheduleHealth(schedule, { since }, deadline, ports);
      }),
    );
    for (const { schedule, age_hours, overdue_since } of health) {
      if (age_hours !== undefined) telemetry.measure({ ScheduleAgeHours: age_hours }, { schedule });
      if (overdue_since === undefined) continue;
      const fields = { request_id: invocation.awsRequestId, schedule, overdue_since, age_hours };
      telemetry.event("ERROR", "schedule overdue", fields);
    }
    telemetry.measure({ SchedulesOverdue: health.filter(({ overdue_since }) => overdue_since).length });
    return health;
  };
}

/** From when on a run can be missing: since the schedule was first seen as it is now. */
async function watchedSince(
  schedule: ConfiguredSchedule,
  deadline: Deadline,
  { coordination: { watches }, clock }: WatchPorts,
): Promise<number> {
  const rule = ruleOf(schedule);
  const note = await watches.read(schedule.name, deadline);
  if (note?.rule === rule) return Date.parse(note.since);
  await watches.write(schedule.name, { rule, since: isoTime(clock.now()) }, deadline);
  return clock.now();
}
