import { cloudFormation } from "../cli/deployment.ts";

type Template = Record<string, unknown>;

/**
 * The template that a stack was last deployed with; an empty one if there is no such stack yet.
 * @throws Error that says what to do where it cannot be seen: that is not the same as nothing being there
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
    throw new Error(`The stack ${stackName} is not one of Toggl Insights: its template is no JSON. ${wayOut}`);
  }
}

const wayOut = "Another stack_name leaves it alone; to go on without the check: --allow-replacement";

function unseen(stackName: string, { name, message }: Error): Error {
  const what = `What is deployed as ${stackName} cannot be seen, so whether this deployment would replace its bucket or queues is not known.`;
  const why = /^AccessDenied/.test(name)
    ? `Your AWS identity needs cloudformation:GetTemplate on stack/${stackName}/* (AWS says: ${message}).`
    : `CloudFormation says: ${name}: ${message}.`;
  return new Error(`${what} ${why} To go on without the check: --allow-replacement`);
}
