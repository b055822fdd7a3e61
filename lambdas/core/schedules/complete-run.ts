import { isDeepStrictEqual } from "node:util";
import type { Delivery } from "../exports/delivery.ts";
import type { Outcome } from "../exports/export-state.ts";
import { withLease } from "../exports/run-export.ts";
import type { Current } from "../ports/current.ts";
import type { Using } from "../ports/ports.ts";
import { noteLastRun } from "./keep-current.ts";
import type { ExportJob } from "./schedule.ts";
import { isRunOver, scheduleRun } from "./schedule-run.ts";

type CompletePorts = Using<{
  configuration: "schedules";
  exports: "find";
  current: keyof Current;
  coordination: "completed" | "leases";
  events: "announceRun";
  clock: "now" | "random" | "sleep";
}>;

/**
 * Says what a run came to, once each of its exports has come to an end: in the manifest, then by an event, then in a note
 * that both were done. One delivery at a time does so; ended in between, it is said twice rather than never. A run that is
 * delivered again and came to the same says nothing.
 * @param jobs all exports of one run; those of a caller are none
 */
export async function completeRun(
  jobs: readonly ExportJob[],
  delivery: Delivery,
  ports: CompletePorts,
): Promise<Outcome> {
  const { exports, coordination, events } = ports;
  const deadline = delivery.recording;
  const [first] = jobs;
  if (first?.schedule === undefined || first.occurrence === undefined) return { kind: "settled" };
  const { schedule: name, occurrence, workspace_id, report } = first;
  const found = await Promise.all(jobs.map(({ workspace_id, id }) => exports.find(workspace_id, id, deadline)));
  const records = found.filter((record) => record !== undefined);
  const run = isRunOver(jobs, records) ? scheduleRun(jobs, records) : undefined;
  const isSaid = async () => isDeepStrictEqual(await coordination.completed.read(name, occurrence, deadline), run);
  if (!run || (await isSaid())) return { kind: "settled" };
  return withLease(`${name}/${occurrence}`, delivery, ports, async () => {
    if (await isSaid()) return { kind: "settled" }; // by another, since it was looked
    await noteLastRun(name, run, deadline, ports);
    await events.announceRun({ name, workspace_id, report }, run, deadline);
    await coordination.completed.write(name, run, deadline);
    return { kind: "settled" };
  });
}
