import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import password from "@inquirer/password";
import { printLine } from "../cli/output.ts";
import { plainText } from "../lambdas/core/text.ts";
import { readConfig } from "../lib/config/config.ts";
import { required, runCommand } from "./command.ts";
import { putToken } from "./put-token.ts";
import { stackTarget } from "./stack-target.ts";

const usage = `npm run token -- --workspace ID [--region REGION] [--stage NAME]
  Asks for the workspace's Toggl API token without showing it, and puts it into the secret that insights.config.json
  names, which is made if it does not exist. The token is at the bottom of https://track.toggl.com/profile.
  In a script: … | npm run token -- --workspace ID`;

await runCommand(usage, async () => {
  const { values } = parseArgs({
    options: { workspace: { type: "string" }, region: { type: "string" }, stage: { type: "string" } },
  });
  const id = required(values.workspace, "--workspace");
  const { workspaces } = readConfig(process.env.INSIGHTS_CONFIG ?? "insights.config.json");
  const workspace = workspaces.find((one) => String(one.id) === id);
  if (!workspace) {
    const known = workspaces.map((one) => `${one.id} (${plainText(one.name)})`).join(", ");
    throw new Error(`--workspace must be one of the configuration's workspaces: ${known}.`);
  }
  const message = `Toggl API token of ${plainText(workspace.name)} (${workspace.id}):`;
  const token = process.stdin.isTTY ? await password({ message, mask: false }) : await text(process.stdin);

  const client = new SecretsManagerClient({
    ...(values.region && { region: values.region }),
    requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
  });
  const done = await putToken(client, workspace.token_secret, token);
  const others = workspaces.filter((one) => one.token_secret === workspace.token_secret && one !== workspace);
  const shared = others.length > 0 ? ` (also used for ${others.map(({ name }) => name).join(" and ")})` : "";
  printLine(`${done === "created" ? "Made" : "Updated"} the secret ${workspace.token_secret}${shared}.`);
  const { stackName } = stackTarget(values.stage);
  printLine(`It is used within five minutes. To see whether Toggl takes it: npm run doctor -- --stack ${stackName}`);
  return 0;
});
