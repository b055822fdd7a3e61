import { text } from "node:stream/consumers";
import { plainText } from "../../lambdas/core/text.ts";
import type { Config } from "../../lib/config/config-schema.ts";
import { stackTarget } from "../deploy/stack-target.ts";
import { Stopped, UsageError } from "../exit-codes.ts";
import { outputOf } from "../output.ts";
import { ownConfig } from "../own-config.ts";
import { namedWorkspace } from "../target.ts";
import { command } from "./command.ts";
import { jsonFlag, stageFlag, workspaceFlag } from "./flags.ts";

export const tokenCommand = command({
  command: "token",
  describe: "Put a workspace's Toggl API token into its secret, which is made if there is none",
  builder: (yargs) =>
    yargs
      .options({
        ...workspaceFlag,
        region: { type: "string", description: "The secret's region, in place of AWS_REGION" },
        ...stageFlag,
        ...jsonFlag,
      })
      .example("$0 token --workspace 1234567", "Asks for it; it is at the bottom of track.toggl.com/profile")
      .example("… | $0 token --workspace 1234567", "In a script"),
  async handler({ workspace: id, region, stage, json }) {
    const output = outputOf({ json });
    const { workspaces } = ownConfig();
    const workspace = configuredWorkspace(workspaces, namedWorkspace(id));
    const token = await enteredToken(`Toggl API token of ${plainText(workspace.name)} (${workspace.id}):`);

    const [{ SecretsManagerClient }, { putToken }] = await Promise.all([
      import("@aws-sdk/client-secrets-manager"),
      import("../put-token.ts"),
    ]);
    const client = new SecretsManagerClient({
      ...(region && { region }),
      requestHandler: { connectionTimeout: 5000, requestTimeout: 15_000, throwOnRequestTimeout: true },
    });
    const done = await putToken(client, workspace.token_secret, token);
    const others = workspaces.filter((one) => one.token_secret === workspace.token_secret && one !== workspace);
    const shared = others.length > 0 ? ` (also used for ${others.map(({ name }) => name).join(" and ")})` : "";
    output.print(`${done === "created" ? "Made" : "Updated"} the secret ${workspace.token_secret}${shared}.`);
    const { stackName } = stackTarget(stage);
    output.print(
      `It is used within five minutes. To see whether Toggl takes it: npm run doctor -- --stack ${stackName}`,
    );
    output.json({ workspace_id: workspace.id, secret: workspace.token_secret, outcome: done });
  },
});

function configuredWorkspace(workspaces: Config["workspaces"], id: number | undefined) {
  if (id === undefined) throw new UsageError("--workspace is missing.");
  const found = workspaces.find((one) => one.id === id);
  if (found) return found;
  const known = workspaces.map((one) => `${one.id} (${plainText(one.name)})`).join(", ");
  throw new UsageError(`--workspace must be one of the configuration's workspaces: ${known}.`);
}

/** What somebody types without its being shown, or pipes in. */
async function enteredToken(message: string): Promise<string> {
  if (!process.stdin.isTTY) return text(process.stdin);
  const { default: password } = await import("@inquirer/password");
  return password({ message, mask: false }).catch((error: Error) => {
    throw error.name === "ExitPromptError" ? new Stopped("Stopped: nothing was done.", { cause: error }) : error;
  });
}
