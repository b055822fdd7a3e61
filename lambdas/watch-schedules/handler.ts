import type { Export } from "../../api/export.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { isoTime } from "../../api/times.ts";
import type { Deadline } from "../core/deadline.ts";
import {
  maxLookedAt,
  ruleOf,
  type ScheduleHealth,
  scheduleHealth,
  type WatchNote,
} from "../core/schedules/schedule-health.ts";
import type { Telemetry } from "../core/telemetry.ts";
import { deadlineAt } from "../http/deadline-at.ts";

interface WatchSchedulesNeeds {
  readonly schedules: ReadonlyMap<string, ConfiguredSchedule>;
  readonly findExport: (workspaceId: number, id: string, deadline: Deadline) => Promise<Export | undefined>;
  readonly listPage: (
    page: { workspaceId: number; limit: number },
    deadline: Deadline,
  ) => Promise<{ exports: readonly Export[] }>;
  readonly notes: {
    read(schedule: string, deadline: Deadline): Promise<WatchNote | undefined>;
    write(schedule: string, note: WatchNote, deadline: Deadline): Promise<void>;
  };
  readonly telemetry: Telemetry;
  readonly now: () => number;
}

interface Invocation {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}

/** Tells how old what each schedule made is, and which run is missing. Silence of its own raises the same alarm. */
export function watchSchedules(needs: WatchSchedulesNeeds) {
  return async (_event: unknown, invocation: Invocation): Promise<readonly ScheduleHealth[]> => {
    const { schedules, telemetry, now } = needs;
    const deadline = deadlineAt(now() + invocation.getRemainingTimeInMillis() - 1000, now());
    const latest = await latestExports(deadline, needs);
    const health = await Promise.all(
      [...schedules.values()].map(async (schedule) => {
        const since = await watchedSince(schedule, deadline, needs);
        const exports = latest.get(schedule.workspace_id) ?? [];
        return scheduleHealth(schedule, { latest: exports, since }, deadline, needs);
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

async function latestExports(deadline: Deadline, { schedules, listPage }: WatchSchedulesNeeds) {
  const workspaces = new Set([...schedules.values()].map(({ workspace_id }) => workspace_id));
  const pages = [...workspaces].map(async (workspaceId) => {
    const { exports } = await listPage({ workspaceId, limit: maxLookedAt }, deadline);
    return [workspaceId, exports] as const;
  });
  return new Map(await Promise.all(pages));
}

/** From when on a run can be missing: since the schedule was first seen as it is now. */
async function watchedSince(
  schedule: ConfiguredSchedule,
  deadline: Deadline,
  { notes, now }: WatchSchedulesNeeds,
): Promise<number> {
  const rule = ruleOf(schedule);
  const note = await notes.read(schedule.name, deadline);
  if (note?.rule === rule) return Date.parse(note.since);
  await notes.write(schedule.name, { rule, since: isoTime(now()) }, deadline);
  return now();
}
