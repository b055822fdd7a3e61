import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import type { Using } from "../ports/ports.ts";
import type { ExportJob } from "../schedules/schedule.ts";
import { runKey } from "./keys.ts";
import { jobsOfOrder, orderOf, type Run } from "./run-order.ts";

/**
 * The exports of a run that EventBridge asks for: it can only name the schedule, so what the run makes is written down
 * when its message comes for the first time, and holds from then on. Undefined if the configuration has no such schedule:
 * then nothing was promised.
 */
export async function orderedExports(
  fired: Run,
  deadline: Deadline,
  {
    configuration: { schedules },
    coordination: { orders },
  }: Using<{ configuration: "schedules"; coordination: "orders" }>,
): Promise<ExportJob[] | undefined> {
  const schedule = schedules.get(fired.schedule);
  const time = Date.parse(fired.occurrence);
  const dueTimes = schedule ? [dueAt(schedule, time)] : [time, toThe(minuteMs, time)]; // a removed one was of either kind
  const runs = [...new Set(dueTimes)].map((due): Run => ({ ...fired, occurrence: isoTime(due) }));
  for (const run of runs) {
    const before = await orders.read(runKey(run), deadline);
    if (before) return jobsOfOrder(run, before);
  }
  const [run = fired] = runs;
  if (!schedule) return undefined;
  const order = orderOf(schedule, run);
  const key = runKey(run);
  const first = (await orders.create(key, order, deadline)) ? order : await orders.read(key, deadline);
  return jobsOfOrder(run, first ?? order);
}

const secondMs = 1000;
const minuteMs = 60_000;

/**
 * When a run was due that EventBridge fires: a cron schedule somewhere within its minute, and a second delivery may name
 * another second of it (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 * @param time what the event says, in milliseconds since 1970
 */
export function dueAt({ cron }: Pick<ConfiguredSchedule, "cron">, time: number): number {
  return toThe(cron === undefined ? secondMs : minuteMs, time);
}

function toThe(unitMs: number, time: number): number {
  return Math.floor(time / unitMs) * unitMs;
}
