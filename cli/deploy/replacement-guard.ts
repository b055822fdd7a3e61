import { fullDiff, ResourceImpact } from "@aws-cdk/cloudformation-diff";
import { cloudFormation } from "../deployment.ts";
import { StoppedShort } from "../exit-codes.ts";

type Template = Record<string, unknown>;

/** What people would lose, if it were replaced: files and history, and runs that wait. */
const precious = ["AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SecretsManager::Secret"];

const losses: readonly string[] = [
  ResourceImpact.WILL_REPLACE,
  ResourceImpact.MAY_REPLACE,
  ResourceImpact.WILL_DESTROY,
  ResourceImpact.WILL_ORPHAN,
];

/**
 * What a deployment would replace or remove although people keep something in it, a line each.
 * @param deployed the template that is there now
 * @param next the template to deploy
 */
export function replacements(deployed: Template, next: Template): string[] {
  const lines: string[] = [];
  fullDiff(deployed, next).resources.forEachDifference((id, { oldResourceType, changeImpact }) => {
    if (!oldResourceType || !precious.includes(oldResourceType) || !losses.includes(changeImpact)) return;
    lines.push(`${id} (${oldResourceType}): ${changeImpact.toLowerCase().replaceAll("_", " ")}`);
  });
  return lines;
}

/**
 * The template that a stack was last deployed with; an empty one if there is no such stack yet.
 * @throws StoppedShort that says what to do where it cannot be seen: that is not the same as nothing being there
 */
export async function deployedTemplate(stackName: string): Promise<Template> {
  const { client, GetTemplateCommand } = await cloudFormation();
  const command = new GetTemplateCommand({ StackName: stackName, TemplateStage: "Original" });
  const { TemplateBody } = await client.send(command).catch((error: Error) => {
    if (error.name === "ValidationError" && /does not exist/.test(error.message)) return { TemplateBody: "" };
    throw unseen(stackName, error);
  });
  if (!TemplateBody) return {}; // a stack that was announced and never made has none either
  try {
    return JSON.parse(TemplateBody);
  } catch {
    throw new StoppedShort(`The stack ${stackName} is not one of Toggl Insights: its template is no JSON. ${wayOut}`);
  }
}

const wayOut = "Another stack_name leaves it alone; to go on without the check: --allow-replacement";

function unseen(stackName: string, { name, message }: Error): Error {
  const what = `What is deployed as ${stackName} cannot be seen, so whether this deployment would replace its bucket or queues is not known.`;
  const why = /^AccessDenied/.test(name)
    ? `Your AWS identity needs cloudformation:GetTemplate on stack/${stackName}/* (AWS says: ${message}).`
    : `CloudFormation says: ${name}: ${message}.`;
  return new StoppedShort(`${what} ${why} To go on without the check: --allow-replacement`);
}
