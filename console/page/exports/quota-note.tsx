import type { Export, ExportFields } from "../../../api/export.ts";
import { moment } from "../wording.ts";

/** What Toggl said last about its hourly quota. */
export function QuotaNote({ exports }: { exports: readonly Export[] }) {
  const newest = exports.find(({ toggl }: ExportFields) => toggl?.quota_remaining !== undefined);
  const { toggl }: ExportFields = newest ?? {};
  if (toggl?.quota_remaining === undefined) return null;
  return <p class="quota">{quotaSentence(toggl.quota_remaining, toggl.quota_resets_at, Date.now())}</p>;
}

function quotaSentence(remaining: number, resetsAt: string | undefined, now: number): string {
  const left = `${remaining} of Toggl's hourly requests were left after the newest export`;
  if (resetsAt === undefined) return `${left}.`;
  if (Date.parse(resetsAt) <= now) return `${left}; the quota has been filled up since (${moment(resetsAt)}).`;
  return `${left}; it is filled up at ${moment(resetsAt)}.`;
}
