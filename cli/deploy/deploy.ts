import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { userAgents } from "../../api/callers.ts";
import { insightsClient } from "../../client/insights-client.ts";
import { bearerToken } from "../bearer-token.ts";
import { checkIdentity, findDeployment, ownRegion } from "../deployment.ts";
import { StoppedShort } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { ownConfig } from "../own-config.ts";
import { isToBeAdopted, type NamedBucket, namedBucket, settingsThatDiffer } from "./adopted-bucket.ts";
import { firstCall } from "./first-call.ts";
import { stackTarget } from "./stack-target.ts";
import { run, step } from "./steps.ts";

const assembly = "cdk.out";

export interface DeployOptions {
  readonly stage?: string | undefined;
  readonly yes: boolean;
  readonly allowReplacement: boolean;
  /** A command that prints the JWT for the first call. */
  readonly tokenCommand?: string | undefined;
  readonly output: Output;
}

/**
 * Checks, synthesizes, shows what would change, deploys, and makes a first call.
 * @throws StoppedShort that says what is in the way and what to do
 */
export async function deploy({ stage, yes, allowReplacement, tokenCommand, output }: DeployOptions): Promise<void> {
  const { stackName, cdkOptions } = stackTarget(stage);
  await ownRegion();
  await checkIdentity(stackName);

  step("types", output);
  await run(output, "npx", "tsc", "--noEmit");
  step("synth", output);
  await run(output, "npx", "cdk", "synth", "--quiet", "--strict", "--output", assembly, ...cdkOptions);
  const next = JSON.parse(readFileSync(`${assembly}/${stackName}.template.json`, "utf8"));
  const bucket = namedBucket(next);
  if (bucket) step(`bucket ${bucket.name}`, output);
  const adopts = bucket !== undefined && (await isToBeAdopted(bucket, stackName));
  if (bucket) {
    output.tell(adopts ? "It becomes part of the stack; the diff shows it as new." : "It is part of the stack.");
  }
  step(`diff of ${stackName}`, output);
  await run(output, "npx", "cdk", "diff", "--app", assembly);
  if (!allowReplacement) {
    const { deployedTemplate, replacements } = await import("./replacement-guard.ts"); // the differ takes a while to load
    refuseReplacements(replacements(await deployedTemplate(stackName), next));
  }
  step(`deploy ${stackName}`, output);
  const approval = yes ? "never" : "broadening";
  const command = ["cdk", "deploy", "--app", assembly, "--require-approval", approval];
  await run(output, "npx", ...command, ...(adopts ? ["--import-existing-resources"] : []));
  if (bucket) {
    await compareSettings(
      bucket,
      stackName,
      output,
      adopts ? () => run(output, "npx", ...command, "--revert-drift") : undefined,
    );
  }
  step("first call", output);
  await callIt(stackName, tokenCommand, output);
}

function refuseReplacements(found: readonly string[]): void {
  if (found.length === 0) return;
  const advice = "Files, history or waiting runs would be left behind. If you mean it: --allow-replacement";
  throw new StoppedShort(`This deployment would replace:\n${found.map((line) => `  ${line}`).join("\n")}\n${advice}`);
}

/**
 * Says where a bucket that was there before has settings of its own: CloudFormation adopts it as it is.
 * @param setRight gives it the template's, where that is wanted
 */
async function compareSettings(
  bucket: NamedBucket,
  stackName: string,
  output: Output,
  setRight?: () => Promise<void>,
): Promise<void> {
  step(`settings of ${bucket.name}`, output);
  let found = await settingsThatDiffer(bucket, stackName);
  if (found.length > 0 && setRight) {
    output.tell("It is given the template's, and so is whatever else in the stack was changed by hand.");
    await setRight().catch(() => {}); // the CDK has said why; what differs all the same is told below
    found = await settingsThatDiffer(bucket, stackName);
  }
  if (found.length === 0) return output.tell("They are those of the template.");
  for (const line of found) output.tell(line);
  output.tell(`To give it the template's: npx cdk deploy --app ${assembly} --revert-drift`);
  output.tell("(which undoes everything in the stack that was changed by hand)");
}

async function callIt(stackName: string, tokenCommand: string | undefined, output: Output): Promise<void> {
  const { apiUrl, bucket, region, version } = await findDeployment(stackName);
  const config = ownConfig();
  const token = bearerToken(tokenCommand);
  const said = await firstCall(config, {
    client: insightsClient({ baseUrl: apiUrl, token, userAgent: userAgents["command-line"] }),
    hasToken: !!token,
    sleep,
  });
  output.tell(`${stackName} ${version} is deployed in ${region}. ${said}`);
  output.tell(`  API     ${apiUrl}`);
  output.tell(`  bucket  ${bucket}`);
  output.tell("");
  output.tell("Put in the tokens, if they are not there yet:");
  for (const { id, name } of config.workspaces) output.tell(`  npm run token -- --workspace ${id}    # ${name}`);
  output.tell("Then see whether everything is fine:");
  output.tell(`  npm run doctor -- --stack ${stackName}`);
  output.json({ stack: stackName, version, region, api_url: apiUrl, bucket, first_call: said });
}
