/**
 * Makes the SDK read the environment as the AWS CLI and the CDK do, before any of its clients is made: it overlooks
 * AWS_DEFAULT_REGION, and warns of Node.js 20 in eight lines, though that our commands run on it is tested.
 */
export function prepareAwsEnvironment(env: NodeJS.ProcessEnv = process.env): void {
  env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  if (env.AWS_REGION) return;
  if (env.AWS_DEFAULT_REGION) env.AWS_REGION = env.AWS_DEFAULT_REGION;
  else delete env.AWS_REGION; // an empty one is none, so that a profile's counts
}
