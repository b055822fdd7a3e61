import { parseArgs } from "node:util";
import { bearerToken } from "../cli/bearer-token.ts";
import { findDeployment } from "../cli/deployment.ts";
import { diagnose, diagnosisLines } from "../cli/doctor.ts";
import { printLine, printText } from "../cli/output.ts";
import { findRunning } from "../cli/running.ts";
import { insightsClient } from "../client/insights-client.ts";
import { readConfig } from "../lib/config/config.ts";
import { runCommand } from "./command.ts";

const usage = `npm run doctor [-- --url URL | --stack NAME] [--token-command CMD]
  Looks at everything that exports of each workspace need, with one Toggl request for each at most; makes a small file.
  Without an option: at the running npm start.
  --url URL     a deployed API (ApiUrl of the stack), signed with your AWS identity
  --stack NAME  a deployed stack, in AWS_REGION
  --token-command CMD prints the JWT to call with, where callers need one (or set TOGGL_INSIGHTS_TOKEN).`;

await runCommand(usage, async () => {
  const { values } = parseArgs({
    options: { url: { type: "string" }, stack: { type: "string" }, "token-command": { type: "string" } },
  });
  const { workspaces } = readConfig(process.env.INSIGHTS_CONFIG ?? "insights.config.json");
  const { url, signer, where } = await target(values);
  const { npm_package_version: version = "unknown" } = process.env;
  printText(`${url}  (${where})\ntoggl-insights-aws ${version}, Node.js ${process.version}\n`);
  const token = bearerToken(values["token-command"]);
  const api = insightsClient(token ? { baseUrl: url, token } : { baseUrl: url, signer });
  const found = await diagnose(workspaces, { api, now: Date.now });
  for (const line of diagnosisLines(found)) printLine(line);
  return found.some(({ fault }) => fault) ? 1 : 0;
});

interface Options {
  readonly url?: string | undefined;
  readonly stack?: string | undefined;
}

async function target({ url, stack }: Options) {
  if (stack !== undefined) {
    const found = await findDeployment(stack);
    return { url: found.apiUrl, signer: undefined, where: `${stack} ${found.version} in ${found.region}` };
  }
  if (url !== undefined) return { url, signer: undefined, where: "deployed" };
  return { ...findRunning(), where: "on this machine" };
}
