import { isAboutAdmin } from "../lambdas/core/toggl/toggl-answer.ts";

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

type Check = (typeof checks)[number];

/** What is wrong, and what to do about it. */
export interface Finding {
  /** Undefined where the answer does not say what is wrong. */
  readonly check: Check | undefined;
  /** The last check that was certainly passed; those between it and the wrong one are unknown. */
  readonly passed: Check | undefined;
  readonly reason: string;
  readonly fix: string;
}

interface Problem {
  readonly code?: string | undefined;
  readonly detail?: string | undefined;
}

type Remedy = readonly [check: Check, passed: Check, fix: (workspaceId: number) => string];

/** Codes that tell what is wrong, and how far the call certainly came. */
const remedies: Readonly<Record<string, Remedy>> = {
  not_signed_or_no_such_route: [
    "call allowed",
    "API reached",
    () => "sign with AWS credentials that are valid here (AWS_PROFILE)",
  ],
  access_denied: ["call allowed", "API reached", () => "give your AWS identity a policy of docs/security.md"],
  invalid_signature: ["call allowed", "API reached", () => "check AWS_PROFILE, AWS_REGION and the clock"],
  expired_credentials: ["call allowed", "API reached", () => "log in to AWS again"],
  invalid_token: ["call allowed", "API reached", () => "send a valid JWT: TOGGL_INSIGHTS_TOKEN or --token-command"],
  workspace_not_configured: [
    "workspace configured",
    "call allowed",
    () => "deploy: this configuration is not the deployed one",
  ],
  token_not_set: ["token set", "workspace configured", (id) => `npm run token -- --workspace ${id}`],
  token_unavailable: [
    "token set",
    "workspace configured",
    (id) => `npm run token -- --workspace ${id}; if it is set already, look into the secret's own policy and KMS key`,
  ],
  toggl_credentials_rejected: ["token valid", "token set", (id) => `npm run token -- --workspace ${id}`],
  toggl_feature_required: ["plan", "token valid", () => "the workspace needs Toggl Track Premium or Enterprise"],
  toggl_quota_exhausted: ["quota left", "token valid", () => "wait for the next hour, or use a token of its own"],
  toggl_rate_limited: ["Toggl answers", "token set", () => "wait a minute: another tool uses the same token"],
  toggl_unavailable: ["Toggl answers", "token set", () => "see docs/runbook.md; is Toggl up (status.toggl.com)?"],
  toggl_timeout: ["Toggl answers", "token set", () => "try again; a function in a VPC needs a way out to Toggl"],
  toggl_rejected: ["Toggl answers", "token set", () => "see docs/runbook.md, and the function's log"],
  toggl_unexpected: ["Toggl answers", "token set", () => "see docs/runbook.md, and the function's log"],
  toggl_gone: ["Toggl answers", "token set", () => "see docs/runbook.md: Toggl has removed this report"],
  toggl_invalid_file: ["Toggl answers", "quota left", () => "ask for the report in Toggl's own page"],
  scratch_disk_full: ["Toggl answers", "quota left", () => "see the log of create-export"],
  storage_unavailable: [
    "bucket writable",
    "workspace configured",
    () => "see the log of create-export; kms_key_arn's policy?",
  ],
};

/** What a call's problem says of the things that are looked at. */
export function findingOf({ code = "", detail = "" }: Problem, workspaceId: number): Finding {
  if (code === "toggl_credentials_rejected" && isAboutAdmin(detail)) {
    const fix = `make the token's owner an admin of workspace ${workspaceId}, or check its id`;
    return { check: "admin", passed: "token set", reason: detail, fix };
  }
  const reason = detail || code;
  const remedy = remedies[code];
  if (!remedy) return { check: undefined, passed: "API reached", reason: `${reason} (${code})`, fix: unknownFix };
  const [check, passed, fix] = remedy;
  return { check, passed, reason, fix: fix(workspaceId) };
}

const unknownFix = "try again; if it stays, look into the functions' logs (docs/runbook.md)";

/** A check's outcome: seen to be fine, wrong, or not reached. */
export type Outcome = "fine" | "wrong" | "unknown";

/** What is known of each check: without a finding all are fine, else those that were certainly passed. */
export function outcomesOf(finding: Finding | undefined): readonly Outcome[] {
  if (!finding) return checks.map(() => "fine");
  const passed = finding.passed === undefined ? -1 : checks.indexOf(finding.passed);
  return checks.map((check, at) => (check === finding.check ? "wrong" : at <= passed ? "fine" : "unknown"));
}
