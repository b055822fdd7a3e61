/**
 * Where a function's credentials come from: Lambda puts them into its environment and nowhere else. Bundles have this
 * in place of the SDK's own chain of sources (profiles, SSO, the metadata of EC2), which are 90 KB that never run.
 */
export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";
