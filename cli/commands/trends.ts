import type { CommandModule } from "yargs";
import { ApiProblem } from "../../client/api-problem.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import { previousPeriods, type Schedule } from "../../lambdas/core/schedule.ts";
import { outputOf } from "../output.ts";
import { comparison, daysOf, type PeriodOptions, periodFlags } from "../period.ts";
import { chosenWorkspace, findTarget, type TargetOptions } from "../target.ts";
import { trendLines } from "../trend-lines.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

interface TrendsOptions extends TargetOptions, PeriodOptions {
  readonly workspace?: number;
  readonly compare: Schedule["previous_period"];
  readonly json: boolean;
}

export const trendsCommand: CommandModule<object, TrendsOptions> = {
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
      .example("$0 trends --period previous-month --compare same-last-year --json", "For a program") as never,
  async handler(options) {
    const workspaceId = chosenWorkspace(options.workspace);
    const days = daysOf(options, Date.now());
    const { client } = await findTarget(options);
    const trends = await client.loadTrends(workspaceId, { ...days, ...comparison(days, options.compare) });
    const output = outputOf(options);
    if (output.isJson) return output.json(trends);
    output.print(`${days.start_date} to ${days.end_date}`);
    for (const line of trendLines(trends, await projectNames(client, workspaceId))) output.print(line);
  },
};

/** None where they cannot be had: the figures are what was asked for. */
async function projectNames(client: InsightsClient, workspaceId: number): Promise<Readonly<Record<string, string>>> {
  try {
    return (await client.loadNames(workspaceId)).projects;
  } catch (error) {
    if (error instanceof ApiProblem) return {};
    throw error;
  }
}
