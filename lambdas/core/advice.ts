import type { FailureKind } from "./failure.ts";

/** For kinds whose every message says by itself what to do, since that depends on the case. */
const inMessage = "";

/** What to do about a failure, in sentences behind its message: a new kind does not compile without. */
export const advice: Record<FailureKind, string> = {
  invalid_request: inMessage,
  toggl_rejected: "Correct what Toggl names and send the request again.",
  toggl_feature_required: "Ask the owner of the workspace for Toggl Track Premium or Enterprise.",
  workspace_not_configured: inMessage,
  access_denied: "Ask whoever issues the token for one that does.",
  route_not_found: "Check method and path: GET /openapi.json lists all that there are.",
  export_not_found: "Look for it in the workspace's history of exports.",
  schedule_not_found: "Name one that it has, or add this one to insights.config.json and deploy again.",
  response_too_large: inMessage,
  idempotency_key_in_use: inMessage,
  record_damaged: "Put back an earlier version of that object: the bucket keeps them.",
  idempotency_key_reused: inMessage,
  toggl_quota_exhausted: "Ask again then; a file that is made in the background waits for it by itself.",
  toggl_rate_limited: "Send fewer requests at a time: Toggl takes about one in a second.",
  internal_error: "Try again; if it comes back, look into the function's log.",
  toggl_credentials_rejected: inMessage,
  toggl_invalid_file: "Try again in a moment.",
  toggl_file_too_large: inMessage,
  toggl_gone: "Look for a newer version of this product, or make another report.",
  toggl_unexpected: "Look for a newer version of this product: Toggl may have changed.",
  toggl_unavailable: "Try again in a few minutes; status.toggl.com says whether Toggl is down.",
  token_not_set: inMessage,
  token_unavailable: "Try again in a moment; if it stays so, `npm run doctor` says why.",
  storage_unavailable: "Try again in a moment.",
  queue_unavailable: "Try again in a moment.",
  scratch_disk_full: inMessage,
  toggl_timeout: inMessage,
};
