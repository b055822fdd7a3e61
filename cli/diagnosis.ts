import {
  type Check,
  checks,
  failures,
  type GatewayProblem,
  gatewayProblems,
  type ProblemKind,
  type Remedy,
} from "../api/problems.ts";

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
  readonly reason?: string | undefined;
}

/** What each code says of what is looked at, the gateway's own codes too. */
const remedies: Readonly<Record<string, Remedy | undefined>> = Object.fromEntries([
  ...Object.values<GatewayProblem>(gatewayProblems).map(({ code, doctor }) => [code, doctor]),
  ...Object.entries<ProblemKind>(failures).map(([code, { doctor }]) => [code, doctor]),
]);

/** What a call's problem says of the things that are looked at. */
export function findingOf({ code = "", detail = "", reason: because }: Problem, workspaceId: number): Finding {
  if (because === "not_admin") {
    const fix = `make the token's owner an admin of workspace ${workspaceId}, or check its id`;
    return { check: "admin", passed: "token set", reason: detail, fix };
  }
  const reason = detail || code;
  const remedy = remedies[code];
  if (!remedy) return { check: undefined, passed: "API reached", reason: `${reason} (${code})`, fix: unknownFix };
  const [check, passed, fix] = remedy;
  return { check, passed, reason, fix: fix.replaceAll("{workspace_id}", String(workspaceId)) };
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
