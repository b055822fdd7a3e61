import type { TogglUsage } from "../../../api/export.ts";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import { Failure } from "../failure.ts";
import type { Using } from "../ports/ports.ts";
import { maxQuotaWaitSeconds } from "./toggl-answer.ts";

type QuotaPorts = Using<{ coordination: "quota"; clock: "now" }>;

/**
 * Keeps a run from asking in vain while the quota is known to be spent. A note that reaches further than the quota's
 * hour is wrong and says nothing.
 * @returns the note that was found, 0 where there is none
 * @throws Failure `toggl_quota_exhausted`
 */
export async function refuseWhileSpent(
  workspaceId: number,
  deadline: Deadline,
  { coordination: { quota }, clock }: QuotaPorts,
): Promise<{ until: number }> {
  const until = (await quota.spentUntil(workspaceId, deadline)) ?? 0;
  if (!isAhead(until, clock.now())) return { until };
  const detail = `Toggl's last answer said that its hourly quota is spent. It is back at ${isoTime(until)}.`;
  throw new Failure("toggl_quota_exhausted", detail, { retryAfterSeconds: Math.ceil((until - clock.now()) / 1000) });
}

/**
 * Notes what a report's answer says of the quota: that it is spent now; or, as it was answered, that it is not, whatever
 * somebody noted.
 * @param found the note, where it was looked up before the answer came
 */
export async function noteQuota(
  workspaceId: number,
  { quota_remaining, quota_resets_at }: TogglUsage,
  deadline: Deadline,
  { coordination: { quota }, clock }: QuotaPorts,
  found?: { until: number },
): Promise<void> {
  if (quota_remaining === 0) {
    if (quota_resets_at !== undefined) await quota.noteSpent(workspaceId, Date.parse(quota_resets_at), deadline);
    return;
  }
  const until = found?.until ?? (await quota.spentUntil(workspaceId, deadline)) ?? 0;
  if (until > clock.now()) await quota.noteSpent(workspaceId, 0, deadline);
}

function isAhead(until: number, now: number): boolean {
  return until > now && until <= now + maxQuotaWaitSeconds * 1000;
}
