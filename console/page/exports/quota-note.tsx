import { moment } from "../wording.ts";
import type { ExportAnswer } from "./export-answer.ts";

/** What Toggl said last about its hourly quota. */
export function QuotaNote({ exports }: { exports: readonly ExportAnswer[] }) {
  const { toggl } = exports.find((made) => made.toggl?.quota_remaining !== undefined) ?? {};
  if (toggl?.quota_remaining === undefined) return null;
  return <p class="quota">{quotaSentence(toggl.quota_remaining, toggl.quota_resets_at, Date.now())}</p>;
}

function quotaSentence(remaining: number, resetsAt: string | undefined, now: number): string {
  const left = `${remaining} of Toggl's hourly requests were left after the newest export`;
  if (resetsAt === undefined) return `${left}.`;
  if (Date.parse(resetsAt) <= now) return `${left}; the quota has been filled up since (${moment(resetsAt)}).`;
  return `${left}; it is filled up at ${moment(resetsAt)}.`;
}
