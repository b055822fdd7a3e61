import type { Trend } from "../../api/trends.ts";
import { ApiProblem } from "../../client/api-problem.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import { projectFigures } from "../../client/trend-summary.ts";
import type { DayRange } from "../../lambdas/core/schedules/periods.ts";
import { outputOf, terminalWidth } from "../output.ts";
import { comparedWith, compareFlag, daysOf, periodFlags, previousStart } from "../period.ts";
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
        compare: { ...compareFlag.compare, default: "previous-period" },
        ...targetFlags,
      })
      .example("$0 trends --period last-30-days", "The last 30 days against the 30 before")
      .example("$0 trends --period previous-month --compare same-last-year --json", "For a program"),
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    const now = Date.now();
    const days = daysOf(options, now);
    const before = comparedWith(options.compare, options, days, now);
    const { client } = await findTarget(options);
    const trends = await client.loadTrends(workspaceId, { ...days, ...previousStart(before) });
    const names = await projectNames(client, workspaceId, trends);
    const summaries = projectFigures(trends, names, before && dayCount(before));
    const output = outputOf(options);
    output.json({ ...days, previous: before ?? null, projects: summaries });
    output.print(before ? `${spanOf(days)}, before: ${spanOf(before)}` : spanOf(days));
    const shape = { compared: before !== undefined, width: terminalWidth() };
    for (const line of trendLines(summaries, shape)) output.print(line);
  },
});

function dayCount({ start_date, end_date }: DayRange): number {
  return (Date.parse(end_date) - Date.parse(start_date)) / 86_400_000 + 1;
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
