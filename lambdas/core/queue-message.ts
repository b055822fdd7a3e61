import type { ExportOrder } from "./export.ts";
import { isExportId } from "./export-id.ts";
import type { Schedule } from "./schedule.ts";
import { type ExportJob, scheduledExports } from "./scheduled-exports.ts";

/** A run of a schedule, or one export that a caller asked for: what waits on the queue. */
export type QueueMessage = {
  /** Tells what belongs together in the logs. */
  readonly correlation_id?: string;
} & (
  | {
      readonly schedule: string;
      readonly occurrence: string;
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
  const { schedule: name, occurrence, refresh } = message;
  if (typeof name !== "string" || typeof occurrence !== "string") {
    throw new Error("The message has neither schedule and occurrence nor an export");
  }
  const schedule = schedules.get(name);
  if (!schedule) throw new Error(`The configuration has no schedule ${name}`);
  const time = Date.parse(occurrence);
  if (Number.isNaN(time)) throw new Error(`The occurrence ${occurrence} is no time`);
  const jobs = scheduledExports(schedule, Math.floor(time / 1000) * 1000);
  return refresh === false ? jobs.filter(({ isRefresh }) => !isRefresh) : jobs;
}

function isOrder(value: unknown): value is ExportOrder & { id: string; created_at: string } {
  return typeof value === "object" && value !== null && "id" in value && isExportId(String(value.id));
}
