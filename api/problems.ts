/** What the doctor looks at, in the order in which one thing needs the other. */
export const checks = [
  "API reached",
  "call allowed",
  "workspace configured",
  "token set",
  "token valid",
  "admin",
  "plan",
  "quota left",
  "Toggl answers",
  "bucket writable",
  "link readable",
] as const;

export type Check = (typeof checks)[number];

/** What the doctor makes of a problem. In what to do, `{workspace_id}` stands for the workspace's id. */
export type Remedy = readonly [isWrong: Check, lastPassed: Check, whatToDo: string];

/** What every failure of a code has in common: status, title and what to do. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** Whether the same request can succeed later, without anybody changing anything. */
  readonly retryable: boolean;
  /** What to do, in a sentence behind the failure's own message; empty where every message says so itself. */
  readonly advice: string;
  readonly doctor?: Remedy;
}

/** Every code that a function answers with. A new one is one line here. */
export const failures = {
  invalid_request: { status: 400, title: "The request does not fit", retryable: false, advice: "" },
  toggl_rejected: {
    status: 400,
    title: "Toggl rejected the request",
    retryable: false,
    advice: "Correct what Toggl names and send the request again.",
    doctor: ["Toggl answers", "token set", "see docs/runbook.md, and the function's log"],
  },
  toggl_feature_required: {
    status: 402,
    title: "The Toggl plan lacks this feature",
    retryable: false,
    advice: "Ask the owner of the workspace for Toggl Track Premium or Enterprise.",
    doctor: ["plan", "token valid", "the workspace needs Toggl Track Premium or Enterprise"],
  },
  workspace_not_configured: {
    status: 403,
    title: "The workspace is not configured here",
    retryable: false,
    advice: "",
    doctor: ["workspace configured", "call allowed", "deploy: this configuration is not the deployed one"],
  },
  access_denied: {
    status: 403,
    title: "Access denied",
    retryable: false,
    advice: "Ask whoever issues the token for one that does.",
    doctor: ["call allowed", "API reached", "give your AWS identity a policy of docs/security.md"],
  },
  route_not_found: {
    status: 404,
    title: "There is no such address",
    retryable: false,
    advice: "Check method and path: GET /openapi.json lists all that there are.",
  },
  export_not_found: {
    status: 404,
    title: "There is no such export",
    retryable: false,
    advice: "Look for it in the workspace's history of exports.",
  },
  schedule_not_found: {
    status: 404,
    title: "There is no such schedule",
    retryable: false,
    advice: "Name one that it has, or add this one to insights.config.json and deploy again.",
  },
  nothing_yet: {
    status: 404,
    title: "The schedule has no such file yet",
    retryable: true,
    advice: "Run the schedule, or wait for its next run.",
  },
  response_too_large: { status: 406, title: "The answer is too large to hand on", retryable: false, advice: "" },
  idempotency_key_in_use: {
    status: 409,
    title: "The first request with this key is under way",
    retryable: true,
    advice: "",
  },
  no_columns_held: {
    status: 404,
    title: "No columns wait to be accepted",
    retryable: false,
    advice: "",
  },
  idempotency_key_reused: {
    status: 422,
    title: "The key stands for another request",
    retryable: false,
    advice: "",
  },
  toggl_quota_exhausted: {
    status: 429,
    title: "Toggl's hourly quota is spent",
    retryable: true,
    advice: "Ask again then; a file that is made in the background waits for it by itself.",
    doctor: ["quota left", "token valid", "wait for the next hour, or use a token of its own"],
  },
  toggl_rate_limited: {
    status: 429,
    title: "Toggl takes no more requests at the moment",
    retryable: true,
    advice: "Send fewer requests at a time: Toggl takes about one in a second.",
    doctor: ["Toggl answers", "token set", "wait a minute: another tool uses the same token"],
  },
  internal_error: {
    status: 500,
    title: "Something went wrong here",
    retryable: true,
    advice: "Try again; if it comes back, look into the function's log.",
  },
  record_damaged: {
    status: 500,
    title: "What is kept of the export is damaged",
    retryable: false,
    advice: "Put back an earlier version of that object: the bucket keeps them.",
  },
  manifest_damaged: {
    status: 500,
    title: "The list of a schedule's newest files is damaged",
    retryable: false,
    advice:
      "Put back an earlier version of that object, which the bucket keeps; or `npx toggl-insights rebuild NAME` makes it from the records.",
  },
  toggl_credentials_rejected: {
    status: 502,
    title: "Toggl refused the token",
    retryable: false,
    advice: "",
    doctor: ["token valid", "token set", "npm run token -- --workspace {workspace_id}"],
  },
  toggl_invalid_file: {
    status: 502,
    title: "Toggl's file is not what it claims",
    retryable: true,
    advice: "Try again in a moment.",
    doctor: ["Toggl answers", "quota left", "ask for the report in Toggl's own page"],
  },
  toggl_file_too_large: { status: 502, title: "Toggl's file is too large", retryable: false, advice: "" },
  toggl_gone: {
    status: 502,
    title: "Toggl has removed this report",
    retryable: false,
    advice: "Look for a newer version of this product, or make another report.",
    doctor: ["Toggl answers", "token set", "see docs/runbook.md: Toggl has removed this report"],
  },
  toggl_unexpected: {
    status: 502,
    title: "Toggl gave an answer that it should not give",
    retryable: false,
    advice: "Look for a newer version of this product: Toggl may have changed.",
    doctor: ["Toggl answers", "token set", "see docs/runbook.md, and the function's log"],
  },
  toggl_unavailable: {
    status: 502,
    title: "Toggl cannot be reached or is out of order",
    retryable: true,
    advice: "Try again in a few minutes; status.toggl.com says whether Toggl is down.",
    doctor: ["Toggl answers", "token set", "see docs/runbook.md; is Toggl up (status.toggl.com)?"],
  },
  token_not_set: {
    status: 503,
    title: "The workspace's Toggl token is not set",
    retryable: false,
    advice: "",
    doctor: ["token set", "workspace configured", "npm run token -- --workspace {workspace_id}"],
  },
  token_unavailable: {
    status: 503,
    title: "The workspace's Toggl token cannot be read",
    retryable: true,
    advice: "Try again in a moment; if it stays so, `npm run doctor` says why.",
    doctor: [
      "token set",
      "workspace configured",
      "npm run token -- --workspace {workspace_id}; if it is set already, look into the secret's own policy and KMS key",
    ],
  },
  storage_unavailable: {
    status: 503,
    title: "The bucket cannot be used at the moment",
    retryable: true,
    advice: "Try again in a moment.",
    doctor: ["bucket writable", "workspace configured", "see the log of create-export; kms_key_arn's policy?"],
  },
  queue_unavailable: {
    status: 503,
    title: "The queue cannot be used at the moment",
    retryable: true,
    advice: "Try again in a moment.",
  },
  scratch_disk_full: {
    status: 503,
    title: "The file does not fit on the scratch disk",
    retryable: true,
    advice: "",
    doctor: ["Toggl answers", "quota left", "see the log of create-export"],
  },
  toggl_timeout: {
    status: 504,
    title: "Toggl did not answer in time",
    retryable: true,
    advice: "",
    doctor: ["Toggl answers", "token set", "try again; a function in a VPC needs a way out to Toggl"],
  },
} as const satisfies Record<string, ProblemKind>;

/** Every way in which a request can fail that its caller is shown. */
export type FailureKind = keyof typeof failures;

export const failureKinds = Object.keys(failures) as readonly FailureKind[];

/** What API Gateway answers by itself, without a function, as the same kind of problem. */
export interface GatewayProblem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly doctor?: Remedy;
}

/**
 * By API Gateway's own name of the answer
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html). Its 413 for a
 * body above its limit is not among them: nobody can customize that (docs/decisions/0004).
 */
export const gatewayProblems = {
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    code: "not_signed_or_no_such_route",
    title: "Not signed, or no such method here",
    detail: "Sign the request with AWS Signature Version 4 for execute-api, and check method and path.",
    retryable: false,
    doctor: ["call allowed", "API reached", "sign with AWS credentials that are valid here (AWS_PROFILE)"],
  },
  UNAUTHORIZED: {
    status: 401,
    code: "invalid_token",
    title: "No valid token",
    detail: "Send the header Authorization: Bearer, with a JWT of the configured issuer that has not expired.",
    retryable: false,
    doctor: ["call allowed", "API reached", "send a valid JWT: TOGGL_INSIGHTS_TOKEN or --token-command"],
  },
  ACCESS_DENIED: {
    status: 403,
    code: "access_denied",
    title: "Access denied",
    detail:
      "You may not call this method and path. Ask for a policy with execute-api:Invoke on them, or a token that names the workspace.",
    retryable: false,
  },
  INVALID_SIGNATURE: {
    status: 403,
    code: "invalid_signature",
    title: "The signature does not fit",
    detail: "AWS does not take the signature. Check credentials, region, the service name execute-api and the clock.",
    retryable: false,
    doctor: ["call allowed", "API reached", "check AWS_PROFILE, AWS_REGION and the clock"],
  },
  EXPIRED_TOKEN: {
    status: 403,
    code: "expired_credentials",
    title: "The AWS credentials have expired",
    detail: "Log in to AWS for new credentials and send the request again.",
    retryable: false,
    doctor: ["call allowed", "API reached", "log in to AWS again"],
  },
  THROTTLED: {
    status: 429,
    code: "too_many_requests",
    title: "Too many requests",
    detail: "This deployment takes no more at the moment (throttle in insights.config.json). Try again.",
    retryable: true,
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    code: "gateway_timeout",
    title: "No answer in time",
    detail: "The function did not answer within 29 seconds. Ask for less, or try again.",
    retryable: true,
  },
  INTEGRATION_FAILURE: {
    status: 502,
    code: "function_failed",
    title: "The function failed",
    detail:
      "The function ended without an answer. Try again; if it comes back, look into its log for $context.requestId.",
    retryable: true,
  },
  DEFAULT_4XX: {
    status: 400,
    code: "gateway_refused",
    title: "API Gateway refused the request",
    detail: "Check method, path and headers of the request.",
    retryable: false,
  },
  DEFAULT_5XX: {
    status: 500,
    code: "gateway_failed",
    title: "API Gateway failed",
    detail: "API Gateway gave no reason. Try again in a moment.",
    retryable: true,
  },
} as const satisfies Record<string, GatewayProblem>;

export type GatewayCode = (typeof gatewayProblems)[keyof typeof gatewayProblems]["code"];

/** Every `code` that an answer of the API can have. */
export type ProblemCode = FailureKind | GatewayCode;
