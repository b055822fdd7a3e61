import type { ConfiguredSchedule } from "../../api/schedule.ts";
import type { Deadline } from "../../lambdas/core/deadline.ts";
import { orderedExports } from "../../lambdas/core/exports/fired-run.ts";
import { readMessage } from "../../lambdas/core/exports/run-order.ts";
import type { ExportJob } from "../../lambdas/core/schedules/schedule.ts";
import { coordinationIn } from "../ports.ts";

/** What the queue's worker makes of a message that comes for the first time. */
export async function jobsOfMessage(message: object, schedule: ConfiguredSchedule): Promise<readonly ExportJob[]> {
  const asked = readMessage(JSON.stringify(message));
  if (asked.kind === "event" || asked.kind === "rebuild") throw new Error("The message asks for no export.");
  if (asked.kind === "exports") return asked.jobs;
  const schedules = new Map([[schedule.name, schedule]]);
  const ports = { configuration: { schedules }, coordination: coordinationIn() };
  return (await orderedExports(asked.run, {} as Deadline, ports)) ?? [];
}
