import { randomUUID } from "node:crypto";
import type { Ora } from "ora";
import type { Options } from "yargs";
import type { ExportWithLink } from "../../api/export.ts";
import { exportFormats, exportReports } from "../../api/reports.ts";
import type { FileReport, FileRequests } from "../../client/insights-client.ts";
import { plainText } from "../../lambdas/core/text.ts";
import { exitCodes, Stopped, UsageError } from "../exit-codes.ts";
import { remarkOn } from "../export-lines.ts";
import { failureJson } from "../failure-sentence.ts";
import { onStop } from "../on-stop.ts";
import { complain, jsonText, outputOf } from "../output.ts";
import { comparedWith, compareFlag, daysOf, type PeriodOptions, periodFlags, previousStart } from "../period.ts";
import { reportFields, reportFlags } from "../report-flags.ts";
import { laterBy, saveMade } from "../save-made.ts";
import { checkSaveTarget } from "../save-target.ts";
import { chosenWorkspace, findTarget } from "../target.ts";
import { command } from "./command.ts";
import { targetFlags, waitFlag, workspaceFlag } from "./flags.ts";

const progressOptions = {
  /** To swallow what is typed, ora would take the keyboard over, Ctrl-C with it. */
  discardStdin: false,
  /** Some terminals do not tell their width (`script`, some containers): ora would erase lines without end. */
  ...(process.stderr.columns === 0 && { isEnabled: false }),
};

export const exportCommand = command({
  command: "export <report>",
  describe: "Make a report's file and download it",
  builder: (yargs) =>
    yargs
      .positional("report", { choices: exportReports, demandOption: true, describe: "Which report" })
      .options({
        format: { choices: exportFormats, default: "csv" as const, description: "Kind of file" },
        ...workspaceFlag,
        ...periodFlags,
        ...compareFlag,
        out: { alias: "o", type: "string", description: "Where to save it; never overwrites" },
        ...waitFlag,
        ...targetFlags,
      })
      .options(reportFlags as Record<never, Options>)
      .example("$0 export profitability/projects --period previous-month --currency eur", "Last month as CSV")
      .example("$0 export trends/projects --period previous-month --compare same-last-year", "Against a year ago")
      .example(
        "$0 export trends/projects --format xlsx --from 2026-10-01 --to 2026-10-31 --out october.xlsx",
        "October as a workbook",
      ),
  async handler(options) {
    const { report, format, out, wait } = options;
    const workspaceId = chosenWorkspace(options.workspace);
    const body = { ...comparableDays(options), ...reportFields(options) } as FileRequests[FileReport];
    if (out !== undefined) checkSaveTarget(out);
    const { client } = await findTarget(options);
    const output = outputOf(options);
    const asked = { idempotencyKey: randomUUID() };
    const queued = await client.queueExport(workspaceId, `${report}.${format}`, body, asked);
    if (!wait) return output.isJson ? output.json(queued) : output.print(`Queued as ${queued.id}`);

    let progress: Ora | undefined;
    const undo = onStop(() => {
      progress?.stop();
      const said = `Stopped waiting. It is made all the same. ${laterBy(queued)}`;
      complain(output.isJson ? jsonText(failureJson(new Stopped(said))) : said);
      process.exit(exitCodes.stopped);
    });
    const { default: ora } = await import("ora");
    const shown = ora({ text: `${report}.${format}: queued`, isSilent: output.isJson, ...progressOptions }).start();
    progress = shown;
    const onLook = (seen: ExportWithLink) => {
      shown.text = progressOf(seen);
    };
    const waited = client.waitForExport(workspaceId, queued.id, { onLook });
    const made = await waited.finally(() => shown.stop()).finally(undo);
    await saveMade(made, out, output);
  },
});

/** The days that are meant, with what they are compared with where the report has that. */
function comparableDays(options: PeriodOptions & { readonly report: string; readonly compare?: string | undefined }) {
  const now = Date.now();
  const days = daysOf(options, now);
  if (options.compare === undefined) return days;
  if (options.report !== "trends/projects") {
    throw new UsageError(`--compare goes with trends/projects: ${options.report} compares nothing.`);
  }
  return { ...days, ...previousStart(comparedWith(options.compare, options, days, now)) };
}

function progressOf(seen: ExportWithLink): string {
  const remark = seen.status === "deferred" ? `waiting for Toggl's quota, ${remarkOn(seen)}` : seen.status;
  return plainText(`${seen.report}.${seen.format}: ${remark}`);
}
