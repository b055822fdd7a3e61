import type { Schedule, ScheduleRun } from "../../api/schedule.ts";
import { outputOf, terminalWidth } from "../output.ts";
import { tableOrBlocks } from "../table.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const schedulesCommand = command({
  command: "schedules",
  describe: "What makes exports by itself: next run, last export",
  builder: (yargs) => yargs.options({ ...workspaceFlag, ...targetFlags }).example("$0 schedules", ""),
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    const { client } = await findTarget(options);
    const schedules = await client.listSchedules(workspaceId);
    const output = outputOf(options);
    output.json({ schedules });
    for (const line of scheduleLines(schedules, terminalWidth())) output.print(line);
  },
});

function scheduleLines(schedules: readonly Schedule[], width: number | undefined): string[] {
  if (schedules.length === 0) return ["There are none. The README says how to add one."];
  const columns = [
    { title: "NAME" },
    { title: "REPORT" },
    { title: "PERIOD" },
    { title: "NEXT RUN", before: "next run" },
    { title: "LAST RUN", before: "last run" },
  ];
  const rows = schedules.map(({ name, report, formats, period, enabled, time_zone, next_run_at, last_run }) => [
    name,
    `${report}.${formats.join("+")}`,
    period,
    enabled ? momentIn(time_zone, next_run_at) : "paused",
    last_run ? `${momentIn(time_zone, last_run.occurrence)} ${last_run.status}${countsOf(last_run)}` : "none",
  ]);
  return tableOrBlocks(columns, rows, width);
}

/** How many of all that a run makes, earlier periods too, came to something that people have to know of. */
function countsOf({ restated, deferred, failed }: ScheduleRun): string {
  const counts = Object.entries({ restated, deferred, failed });
  return counts.flatMap(([what, count]) => (count > 0 ? `, ${count} ${what}` : [])).join("");
}

/** In the schedule's own zone, named. */
function momentIn(timeZone: string, time: string | undefined): string {
  if (time === undefined) return "not known yet";
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return `${format.format(new Date(time))} ${timeZone}`;
}
