import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { previousPeriods } from "../../api/schedule-words.ts";
import type { Trend } from "../../api/trends.ts";
import { ApiProblem } from "../../client/api-problem.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import { projectFigures } from "../../client/trend-summary.ts";
import type { DayRange } from "../../lambdas/core/schedules/periods.ts";
import { outputOf } from "../output.ts";
import { comparison, daysOf, periodFlags } from "../period.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { trendLines } from "../trend-lines.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const trendsCommand = command({
  command: "trends",
  describe: "Project data trends: hours of each project against the period before",
  builder: (yargs) =>
    yargs
      .options({
        ...workspaceFlag,
        ...periodFlags,
        compare: { choices: previousPeriods, default: "equal-length" as const, description: "What to compare with" },
        ...targetFlags,
      })
      .example("$0 trends --period last-30-days", "The last 30 days against the 30 before")
      .example("$0 trends --period previous-month --compare same-last-year --json", "For a program"),
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    const days = daysOf(options, Date.now());
    const { client } = await findTarget(options);
    const trends = await client.loadTrends(workspaceId, { ...days, ...comparison(days, options.compare) });
    const summaries = projectFigures(trends, await projectNames(client, workspaceId, trends));
    const before = compared(days, options.compare);
    const output = outputOf(options);
    output.json({ ...days, previous: before ?? null, projects: summaries });
    output.print(before ? `${spanOf(days)}, before: ${spanOf(before)}` : spanOf(days));
    const shape = { compared: before !== undefined, width: process.stdout.columns || undefined };
    for (const line of trendLines(summaries, shape)) output.print(line);
  },
});

/** The days before, as many as there are now: Toggl is told no more than the first of them. */
function compared(days: DayRange, kind: ConfiguredSchedule["previous_period"]): DayRange | undefined {
  const { previous_period_start: start_date } = comparison(days, kind);
  if (start_date === undefined) return undefined;
  const length = Date.parse(days.end_date) - Date.parse(days.start_date);
  return { start_date, end_date: new Date(Date.parse(start_date) + length).toISOString().slice(0, 10) };
}

const spanOf = ({ start_date, end_date }: DayRange): string => `${start_date} to ${end_date}`;

/** None where they cannot be had: the figures are what was asked for. */
async function projectNames(
  client: InsightsClient,
  workspaceId: number,
  trends: readonly Trend[],
): Promise<Readonly<Record<string, string>>> {
  const ids = trends.map(({ project_id }) => project_id);
  try {
    return (await client.loadNames(workspaceId, ids)).projects;
  } catch (error) {
    if (error instanceof ApiProblem) return {};
    throw error;
  }
}
