import { ApiProblem, ForeignAnswer, NoAnswer } from "../client/api-problem.ts";
import type { InsightsClient } from "../client/insights-client.ts";
import { type Finding, findingOf } from "./diagnosis.ts";

export interface Examination {
  readonly finding: Finding | undefined;
  /** Whether anything answered. */
  readonly answered: boolean;
  /** Requests that Toggl's hourly quota still allows, if it says so. */
  readonly quotaRemaining?: number | undefined;
  readonly quotaResetsAt?: string | undefined;
  /** When Toggl said so; ISO 8601. */
  readonly quotaSaidAt?: string | undefined;
}

/**
 * Looks at everything that an export of a workspace needs, by making one: yesterday's project trends, which costs one
 * request of Toggl's quota at most.
 * @param now milliseconds since 1970
 */
export async function examine(
  api: Pick<InsightsClient, "createExport">,
  workspaceId: number,
  now: number,
): Promise<Examination> {
  const yesterday = new Date(now - 86_400_000).toISOString().slice(0, 10);
  const period = { start_date: yesterday, end_date: yesterday };
  try {
    const { toggl, download_url, created_at } = await api.createExport(workspaceId, "trends/projects.csv", period);
    const quota = { quotaRemaining: toggl?.quota_remaining, quotaResetsAt: toggl?.quota_resets_at };
    return { ...quota, quotaSaidAt: created_at, answered: true, finding: await linkFinding(download_url) };
  } catch (error) {
    if (error instanceof NoAnswer) return { answered: false, finding: unreached(error.message) };
    if (error instanceof ForeignAnswer) return { answered: true, finding: unreached(error.message) };
    if (error instanceof ApiProblem) return { answered: true, finding: findingOf(error.problem, workspaceId) };
    throw error;
  }
}

function unreached(reason: string): Finding {
  return { check: "API reached", passed: undefined, reason, fix: "check the address, AWS_REGION and network" };
}

async function linkFinding(url: string): Promise<Finding | undefined> {
  const fix = "S3 must be reached from here; does the bucket have a policy of your own?";
  const finding = (reason: string): Finding => ({ check: "link readable", passed: "bucket writable", reason, fix });
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(15_000) });
    await response.body?.cancel();
    return response.ok ? undefined : finding(`S3 answered ${response.status}`);
  } catch (error) {
    const { code = "no answer" } = (error as { cause?: { code?: string } }).cause ?? {};
    return finding(`S3 cannot be reached (${code})`);
  }
}
