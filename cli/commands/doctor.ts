import { checks } from "../../api/problems.ts";
import { outcomesOf } from "../diagnosis.ts";
import { type Diagnosis, diagnose, diagnosisLines } from "../doctor.ts";
import { exitCodes } from "../exit-codes.ts";
import { outputOf, terminalWidth } from "../output.ts";
import { chosenWorkspace, configuredWorkspaces, findTarget, namedWorkspace } from "../target.ts";
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
    const workspace = namedWorkspace(options.workspace);
    const named = configured.filter(({ id }) => workspace === undefined || id === workspace);
    const workspaces = named.length > 0 ? named : [{ id: chosenWorkspace(workspace), name: "" }];
    const { client, url, where } = await findTarget(options);
    const output = outputOf(options);
    output.print(`${url}  (${where})`);
    output.print(`toggl-insights-aws ${version}, Node.js ${process.version}`);
    output.print("");
    const found = await diagnose(workspaces, { api: client, now: Date.now });
    output.json({ url, where, version, node: process.version, workspaces: found.map(diagnosisJson) });
    for (const line of diagnosisLines(found, terminalWidth())) output.print(line);
    if (found.some(({ finding }) => finding)) process.exitCode = exitCodes.failed;
    if (found.every(({ answered }) => !answered)) process.exitCode = exitCodes.noAnswer;
  },
});

/** For programs: every check, whether it was reached or not. */
function diagnosisJson({ workspaceId, workspace, answered, finding, quotaRemaining, quotaResetsAt }: Diagnosis) {
  const outcomes = outcomesOf(finding);
  return {
    workspace_id: workspaceId,
    workspace,
    answered,
    finding: finding ? { ...finding, check: finding.check ?? null, passed: finding.passed ?? null } : null,
    quota_remaining: quotaRemaining,
    quota_resets_at: quotaResetsAt,
    checks: checks.map((check, at) => ({ check, outcome: outcomes[at] })),
  };
}
