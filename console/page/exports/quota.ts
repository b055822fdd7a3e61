import type { Export, ExportFields } from "../../../api/export.ts";
import { clock, countdown, moment } from "../wording.ts";

/** What Toggl said of its hourly quota. */
export interface Quota {
  readonly remaining: number;
  readonly resetsAt: string | undefined;
  /** When it was said; undefined if an export waits for it now. */
  readonly saidAt: string | undefined;
}

/**
 * The newest that is known of the quota: by when Toggl answered, whatever days the answer was about. An export that
 * waits for the quota knows better than all that were made before.
 */
export function newestQuota(exports: readonly Export[], now: number): Quota | undefined {
  const waiting = exports
    .filter((made) => made.status === "deferred")
    .filter(({ problem, resumes_at }) => problem?.code === "toggl_quota_exhausted" && Date.parse(resumes_at) > now)
    .map(({ resumes_at }) => resumes_at)
    .sort();
  if (waiting[0] !== undefined) return { remaining: 0, resetsAt: waiting[0], saidAt: undefined };
  const said = exports
    .map((made) => made as ExportFields)
    .filter(({ toggl, completed_at }) => toggl?.quota_remaining !== undefined && completed_at !== undefined)
    .sort((one, other) => Date.parse(other.completed_at ?? "") - Date.parse(one.completed_at ?? ""));
  const { toggl, completed_at: saidAt } = said[0] ?? {};
  if (toggl?.quota_remaining === undefined) return undefined;
  return { remaining: toggl.quota_remaining, resetsAt: toggl.quota_resets_at, saidAt };
}

/** @param now milliseconds since 1970 */
export function quotaSentence({ remaining, resetsAt, saidAt }: Quota, now: number): string {
  const left = saidAt
    ? `${remaining} of Toggl's hourly requests were left at ${moment(saidAt)}`
    : "Toggl's hourly requests are used up";
  if (resetsAt === undefined) return `${left}.`;
  const toGo = Date.parse(resetsAt) - now;
  if (toGo <= 0) return `${left}; the quota has been filled up since, at ${moment(resetsAt)}.`;
  return `${left}; the quota is filled up in ${countdown(toGo)}, at ${clock(resetsAt)}.`;
}
