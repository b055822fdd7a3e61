/** What `npm run doctor` looks at, in the order in which one thing needs the other. */
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

/** What is wrong, and what to do about it. */
export interface Fault {
  readonly check: Check;
  readonly reason: string;
  readonly fix: string;
}

interface Problem {
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

type Remedy = readonly [check: Check, fix: (workspaceId: number) => string];

const remedies: Readonly<Record<string, Remedy>> = {
  not_signed_or_no_such_route: ["call allowed", () => "sign with AWS credentials that are valid here (AWS_PROFILE)"],
  access_denied: ["call allowed", () => "give your AWS identity a policy of docs/security.md"],
  invalid_signature: ["call allowed", () => "check AWS_PROFILE, AWS_REGION and the clock"],
  expired_credentials: ["call allowed", () => "log in to AWS again"],
  workspace_not_configured: ["workspace configured", () => "deploy: this configuration is not the deployed one"],
  token_not_set: ["token set", (id) => `npm run token -- --workspace ${id}`],
  token_unavailable: [
    "token set",
    (id) => `npm run token -- --workspace ${id}; if it is set already, look into the secret's own policy and KMS key`,
  ],
  toggl_credentials_rejected: ["token valid", (id) => `npm run token -- --workspace ${id}`],
  toggl_feature_required: ["plan", () => "the workspace needs Toggl Track Premium or Enterprise"],
  toggl_quota_exhausted: ["quota left", () => "wait for the next hour, or use a token of its own"],
  toggl_rate_limited: ["Toggl answers", () => "wait a minute: another tool uses the same token"],
  storage_unavailable: ["bucket writable", () => "see the log of create-export; kms_key_arn's policy?"],
  scratch_disk_full: ["Toggl answers", () => "see the log of create-export"],
};

/** Toggl's words for a token that is valid, but of no admin. */
const isAboutAdmin = /admin|required access|not accessible|no access/i;

/** What a call's problem says of the things that are looked at. */
export function faultOf({ code = "", detail = "" }: Problem, workspaceId: number): Fault {
  if (code === "toggl_credentials_rejected" && isAboutAdmin.test(detail.split("The token must belong")[0] ?? "")) {
    const fix = `make the token's owner an admin of workspace ${workspaceId}, or check its id`;
    return { check: "admin", reason: detail, fix };
  }
  const [check, fix] = remedies[code] ?? ["Toggl answers", () => "see docs/runbook.md, and the function's log"];
  return { check, reason: detail || code, fix: fix(workspaceId) };
}

/** A check's outcome: seen to be fine, wrong, or not reached. */
export type Outcome = "fine" | "wrong" | "unknown";

/** What is known of each check when this one is wrong: those before it were passed on the way. */
export function outcomesOf(fault: Fault | undefined): readonly Outcome[] {
  const wrong = fault ? checks.indexOf(fault.check) : checks.length;
  return checks.map((_, at) => (at < wrong ? "fine" : at === wrong ? "wrong" : "unknown"));
}
