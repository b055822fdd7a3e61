import { fileFormats, scheduledReports } from "../../api/reports.ts";
import { exportStatuses } from "../../api/statuses.ts";
import type { InsightsClient } from "../../client/insights-client.ts";
import { UsageError } from "../exit-codes.ts";
import { historyLines } from "../export-lines.ts";
import { outputOf, terminalWidth } from "../output.ts";
import { didYouMean } from "../spelling.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const exportsCommand = command({
  command: "exports",
  describe: "What was made, newest first",
  builder: (yargs) =>
    yargs
      .options({
        ...workspaceFlag,
        report: { choices: scheduledReports, description: "Only this report" },
        format: { choices: fileFormats, description: "Only files of this format" },
        schedule: { type: "string", description: "Only what this schedule made" },
        status: { choices: exportStatuses, description: "Only exports of this status" },
        from: { type: "string", description: "Only periods that begin on this day or later, such as 2026-10-01" },
        to: { type: "string", description: "Only periods that end on this day or earlier" },
        limit: { type: "number", default: 20, description: "How many, 100 at most" },
        cursor: { type: "string", description: "Where the page before ended" },
        ...targetFlags,
      })
      .example("$0 exports --status failed", "What went wrong"),
  async handler(options) {
    const { report, format, schedule, status, from: from_date, to: to_date, limit, cursor } = options;
    const filters = { report, format, schedule, status, from_date, to_date, cursor };
    if (!(Number.isInteger(limit) && limit >= 1 && limit <= 100)) {
      throw new UsageError("--limit must be a whole number from 1 to 100.");
    }
    const workspaceId = chosenWorkspace(options.workspace);
    const { client } = await findTarget(options);
    const page = await client.listExports(workspaceId, { ...filters, limit });
    const output = outputOf(options);
    if (output.isJson) return output.json(page);
    const isFiltered = Object.values(filters).some((filter) => filter !== undefined);
    if (isFiltered && page.exports.length === 0 && !page.unreadable) {
      output.print(`No export fits these filters.${await unknownSchedule(client, workspaceId, schedule)}`);
      return;
    }
    if (page.exports.length > 0 || !page.unreadable)
      for (const line of historyLines(page.exports, terminalWidth())) output.print(line);
    for (const id of page.unreadable ?? []) output.print(`${id} cannot be read; \`download ${id}\` says why.`);
    if (page.next_cursor) output.print(`Older ones: add --cursor ${page.next_cursor}`);
  },
});

/** What schedules there are, if none has this name. Those that were removed are only in the history. */
async function unknownSchedule(client: InsightsClient, workspaceId: number, name: string | undefined): Promise<string> {
  if (name === undefined) return "";
  const names = (await client.listSchedules(workspaceId)).map((schedule) => schedule.name);
  if (names.includes(name)) return "";
  return ` There is no schedule ${name} now; there is ${names.join(", ") || "none"}.${didYouMean(name, names)}`;
}
