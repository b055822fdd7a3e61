import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { Failure } from "../failure.ts";

/**
 * The schedule of this name, if it is the workspace's.
 * @throws Failure `schedule_not_found`
 */
export function namedSchedule(
  workspaceId: number,
  name: string,
  schedules: ReadonlyMap<string, ConfiguredSchedule>,
): ConfiguredSchedule {
  const schedule = schedules.get(name);
  if (schedule?.workspace_id === workspaceId) return schedule;
  const known = [...schedules.values()].filter(({ workspace_id }) => workspace_id === workspaceId);
  const names = known.map((one) => one.name).join(", ") || "none";
  throw new Failure("schedule_not_found", `Workspace ${workspaceId} has no schedule of this name; it has ${names}.`);
}
