import { checks } from "../../api/problems.ts";
import { type Finding, outcomesOf } from "../diagnosis.ts";
import { diagnose, diagnosisLines } from "../doctor.ts";
import { exitCodes } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { chosenWorkspace, configuredWorkspaces, findTarget } from "../target.ts";
import { version } from "../version.ts";
import { command } from "./command.ts";
import { targetFlags, workspaceFlag } from "./flags.ts";

export const doctorCommand = command({
  command: "doctor",
  describe: "Look at everything that exports need, and say how to fix what is wrong",
  builder: (yargs) =>
    yargs
      .options({ ...workspaceFlag, ...targetFlags })
      .example(
        "$0 doctor --stack TogglInsights",
        "One small export, and one Toggl request at most, for each workspace",
      ),
  async handler(options) {
    const configured = configuredWorkspaces();
    const named = configured.filter(({ id }) => options.workspace === undefined || id === options.workspace);
    const workspaces = named.length > 0 ? named : [{ id: chosenWorkspace(options.workspace), name: "" }];
    const { client, url, where } = await findTarget(options);
    const output = outputOf(options);
    output.print(`${url}  (${where})`);
    output.print(`toggl-insights-aws ${version}, Node.js ${process.version}`);
    output.print("");
    const found = await diagnose(workspaces, { api: client, now: Date.now });
    output.json(found.map(({ finding, ...one }) => ({ ...one, fault: finding, checks: checkedOutcomes(finding) })));
    for (const line of diagnosisLines(found)) output.print(line);
    if (found.some(({ finding }) => finding)) process.exitCode = exitCodes.failed;
    if (found.every(({ answered }) => !answered)) process.exitCode = exitCodes.noAnswer;
  },
});

/** For programs: every check, whether it was reached or not. */
function checkedOutcomes(finding: Finding | undefined) {
  const outcomes = outcomesOf(finding);
  return checks.map((check, at) => ({ check, outcome: outcomes[at] }));
}
