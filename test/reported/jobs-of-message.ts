import type { Deadline } from "../../lambdas/core/deadline.ts";
import { readMessage } from "../../lambdas/core/queue-message.ts";
import { orderedExports } from "../../lambdas/core/run-order.ts";
import type { Schedule } from "../../lambdas/core/schedule.ts";
import type { ExportJob } from "../../lambdas/core/scheduled-exports.ts";

const orders = { read: async () => undefined, create: async () => true };

/** What the queue's worker makes of a message that comes for the first time. */
export async function jobsOfMessage(message: object, schedule: Schedule): Promise<readonly ExportJob[]> {
  const asked = readMessage(JSON.stringify(message));
  if (asked.kind === "event") throw new Error("The message asks for no export.");
  if (asked.kind === "exports") return asked.jobs;
  const needs = { schedules: new Map([[schedule.name, schedule]]), orders };
  return (await orderedExports(asked.run, {} as Deadline, needs)) ?? [];
}
