import { parseArgs, styleText } from "node:util";
import { readConfig } from "../lib/config.ts";
import { apiClient } from "./api-client.ts";
import { runCommand } from "./command.ts";
import { findDeployment } from "./deployment.ts";
import { checks, type Outcome, outcomesOf } from "./diagnosis.ts";
import { type Examination, examine } from "./examine.ts";
import { findRunning } from "./running.ts";

const usage = `npm run doctor [-- --url URL | --stack NAME]
  Looks at everything that exports of each workspace need, with one Toggl request for each at most; makes a small file.
  Without an option: at the running npm start.
  --url URL     a deployed API (ApiUrl of the stack), signed with your AWS identity
  --stack NAME  a deployed stack, in AWS_REGION`;

const marks: Record<Outcome, string> = { fine: "ok", wrong: "WRONG", unknown: "-" };

await runCommand(usage, async () => {
  const { values } = parseArgs({ options: { url: { type: "string" }, stack: { type: "string" } } });
  const { workspaces } = readConfig(process.env.INSIGHTS_CONFIG ?? "insights.config.json");
  const { url, api, where } = await target(values);
  const { npm_package_version: version = "unknown" } = process.env;
  console.log(`${url}  (${where})\ntoggl-insights-aws ${version}, Node.js ${process.version}\n`);

  const examined: [name: string, Examination][] = [];
  for (const { id, name } of workspaces) examined.push([`${name} (${id})`, await examine(api, id, Date.now())]);
  for (const line of table(examined)) console.log(line);
  const faults = examined.flatMap(([name, { fault }]) => (fault ? [{ name, ...fault }] : []));
  for (const { name, check, reason, fix } of faults) {
    console.log(`\n${name}: ${check}: ${reason}\n  ${styleText("bold", "fix")}  ${fix}`);
  }
  return faults.length === 0 ? 0 : 1;
});

interface Options {
  readonly url?: string | undefined;
  readonly stack?: string | undefined;
}

async function target({ url, stack }: Options) {
  if (stack !== undefined) {
    const found = await findDeployment(stack);
    return { url: found.apiUrl, api: apiClient(found.apiUrl), where: `${stack} ${found.version} in ${found.region}` };
  }
  if (url !== undefined) return { url, api: apiClient(url), where: "deployed" };
  const running = findRunning();
  return { url: running.url, api: apiClient(running.url, running.signer), where: "on this machine" };
}

/** One row for each check, one column for each workspace. */
function table(examined: readonly [name: string, Examination][]): string[] {
  const width = Math.max(...checks.map((check) => check.length));
  const columns = examined.map(([name, { fault, quotaRemaining, quotaResetsAt }]) => {
    const cells = outcomesOf(fault).map((outcome) => marks[outcome]);
    const quotaAt = checks.indexOf("quota left");
    if (cells[quotaAt] === "ok" && quotaRemaining !== undefined) {
      cells[quotaAt] = `${quotaRemaining}${quotaResetsAt ? ` until ${quotaResetsAt.slice(11, 16)} UTC` : ""}`;
    }
    const most = Math.max(name.length, ...cells.map((cell) => cell.length));
    return [name, ...cells].map((cell) => cell.padEnd(most));
  });
  const rows = ["", ...checks].map((check, at) => [check.padEnd(width), ...columns.map((cells) => cells[at] ?? "")]);
  return rows.map((cells) => coloured(cells.join("  ").trimEnd()));
}

function coloured(row: string): string {
  return row.includes(marks.wrong) ? styleText("red", row) : row;
}
