import type { ConfiguredSchedule } from "../../api/schedule.ts";
import type { Deadline } from "../../lambdas/core/deadline.ts";
import { orderedExports, readMessage } from "../../lambdas/core/exports/run-order.ts";
import type { ExportJob } from "../../lambdas/core/schedules/schedule.ts";

const orders = { read: async () => undefined, create: async () => true };

/** What the queue's worker makes of a message that comes for the first time. */
export async function jobsOfMessage(message: object, schedule: ConfiguredSchedule): Promise<readonly ExportJob[]> {
  const asked = readMessage(JSON.stringify(message));
  if (asked.kind === "event") throw new Error("The message asks for no export.");
  if (asked.kind === "exports") return asked.jobs;
  const needs = { schedules: new Map([[schedule.name, schedule]]), orders };
  return (await orderedExports(asked.run, {} as Deadline, needs)) ?? [];
}
