import type { ExportOrder } from "./export.ts";
import { isExportId } from "./export-id.ts";
import type { Schedule } from "./schedule.ts";
import { type ExportJob, scheduledExports } from "./scheduled-exports.ts";
import { parseInstant } from "./times.ts";

/** A run of a schedule, or one export that a caller asked for: what waits on the queue. */
export type QueueMessage = {
  /** Tells what belongs together in the logs. */
  readonly correlation_id?: string;
} & (
  | {
      readonly schedule: string;
      readonly occurrence: string;
      /** true: a caller named the occurrence, or means now; it counts to the second. */
      readonly exact?: boolean;
      /** false leaves out the periods before that the schedule makes again. */
      readonly refresh?: boolean;
    }
  | { readonly export: ExportOrder & { readonly id: string; readonly created_at: string } }
);

/** What the message's sender tells it from others by, if it said so. */
export function correlationIdOf(body: string): string | undefined {
  const { correlation_id }: { correlation_id?: unknown } = JSON.parse(body);
  return typeof correlation_id === "string" ? correlation_id : undefined;
}

/**
 * The exports that a message asks for.
 * @throws Error that says why nothing can be made of it
 */
export function jobsOf(body: string, schedules: ReadonlyMap<string, Schedule>): ExportJob[] {
  const message: Partial<Record<string, unknown>> = JSON.parse(body);
  if (isOrder(message.export)) return [{ ...message.export, requested_by: "http", isRefresh: false }];
  const { schedule: name, occurrence, refresh, exact } = message;
  if (typeof name !== "string" || typeof occurrence !== "string") {
    throw new Error("The message has neither schedule and occurrence nor an export");
  }
  const schedule = schedules.get(name);
  if (!schedule) throw new Error(`The configuration has no schedule ${name}`);
  const time = parseInstant(occurrence);
  if (time === undefined) throw new Error(`The occurrence ${occurrence} is no time`);
  const jobs = scheduledExports(schedule, exact === true ? toThe(secondMs, time) : dueAt(schedule, time));
  return refresh === false ? jobs.filter(({ isRefresh }) => !isRefresh) : jobs;
}

const secondMs = 1000;
const minuteMs = 60_000;

/**
 * When a run was due that EventBridge fires: a cron schedule somewhere within its minute, and a second delivery may name
 * another second of it (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 * @param time what the event says, in milliseconds since 1970
 */
export function dueAt({ cron }: Pick<Schedule, "cron">, time: number): number {
  return toThe(cron === undefined ? secondMs : minuteMs, time);
}

function toThe(unitMs: number, time: number): number {
  return Math.floor(time / unitMs) * unitMs;
}

function isOrder(value: unknown): value is ExportOrder & { id: string; created_at: string } {
  return typeof value === "object" && value !== null && "id" in value && isExportId(String(value.id));
}
