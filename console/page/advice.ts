import type { Problem } from "./problem.ts";

/** What to do about a fault, by its code; what is not listed here needs nobody but time or us. */
const advice: Readonly<Record<string, string>> = {
  console_unreachable: "Is npm start still running? Start it again, then try once more.",
  console_token_rejected: "Load the page again.",
  foreign_page: "Open the console by its own address.",
  api_network: "Check that the API's address is right and that this machine is online.",
  api_credentials: "Sign in to AWS where the console was started, then try again.",
  invalid_request: "Correct what is named and send it again.",
  toggl_rejected: "Change what Toggl names and send it again.",
  toggl_feature_required: "Ask the workspace's owner for a Toggl plan with Insights (Premium or Enterprise).",
  workspace_not_configured: "Add the workspace to insights.config.json, then start or deploy again.",
  not_signed_or_no_such_route: "Check that whoever started the console may call this API (docs/security.md).",
  access_denied: "Ask for a policy that allows this call (docs/security.md).",
  invalid_signature: "Check the AWS credentials that the console was started with.",
  expired_credentials: "Sign in to AWS again where the console was started.",
  export_not_found: "Look for it in the list of exports: it may have been removed since.",
  schedule_not_found: "Load the page again: the schedules have changed.",
  response_too_large: "Choose a shorter period.",
  request_too_large: "Send fewer ids.",
  idempotency_key_in_use: "The same request is under way already. Wait a moment, then try again.",
  idempotency_key_reused: "Load the page again, then send it once more.",
  invalid_token: "This API lets callers in by a JWT, which the console does not have: ask it with curl.",
  toggl_quota_exhausted: "Wait for the reset. An export that is made in the background waits by itself.",
  toggl_rate_limited: "Wait a moment, then try again.",
  too_many_requests: "Wait a moment, then try again.",
  toggl_credentials_rejected: "Put in the token of an admin of the workspace: npm run token.",
  token_not_set: "Put in the workspace's token: npm run token.",
  token_unavailable: "Try again; if it stays so, npm run doctor says why the secret cannot be read.",
  toggl_invalid_file: "Nothing was stored. Try again.",
  toggl_file_too_large: "Choose a shorter period or fewer projects.",
  toggl_gone: "Toggl no longer offers this report. Look for a newer version of this product.",
  toggl_unexpected: "Look for a newer version of this product: Toggl seems to have changed.",
  toggl_unavailable: "Try again in a few minutes. status.toggl.com says whether Toggl is down.",
  toggl_timeout: "Choose a shorter period, or make it as an export, which has more time.",
};

/** A sentence that tells what to do. */
export function adviceFor({ code, retryable }: Problem): string {
  return advice[code] ?? (retryable ? "Try again." : "npm run doctor may know more.");
}
