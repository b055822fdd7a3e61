import { fullDiff, ResourceImpact } from "@aws-cdk/cloudformation-diff";

type Template = Record<string, unknown>;

/** What people would lose, if it were made anew: files and history, and runs that wait. */
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
