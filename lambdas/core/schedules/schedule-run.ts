import type { Export, ExportFields } from "../../../api/export.ts";
import type { ScheduleRun } from "../../../api/schedule.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import type { ExportJob } from "./schedule.ts";

/** What people have to know of first. */
const worstFirst: readonly ExportStatus[] = ["failed", "deferred", "queued", "running", "succeeded"];

/**
 * What became of a run: of its own period every export, and how many of all its exports came to what.
 * @param jobs all that the run makes
 * @param records what is known of them; one that is not is waiting for its turn
 */
export function scheduleRun(jobs: readonly ExportJob[], records: readonly Export[]): ScheduleRun | undefined {
  const ofOwnPeriod = jobs.filter(({ isRefresh }) => !isRefresh);
  const own = ofOwnPeriod.length > 0 ? ofOwnPeriod : jobs;
  const [first] = own;
  if (!first) return undefined;
  const byId = new Map(records.map((record) => [record.id, record]));
  const exports = own.map(({ id, workspace_id, format }) => {
    return { id, workspace_id, format, status: byId.get(id)?.status ?? "queued" } as const;
  });
  const all = jobs.map(({ id }) => byId.get(id)).filter((record) => record !== undefined);
  const count = (fits: (record: ExportFields & Pick<Export, "status">) => boolean) => all.filter(fits).length;
  const { start_date: from_date = "", end_date: to_date = "" } = first.parameters;
  return {
    occurrence: first.occurrence ?? "",
    from_date,
    to_date,
    status: worstFirst.find((status) => exports.some((one) => one.status === status)) ?? "queued",
    exports,
    unchanged: count(({ unchanged }) => unchanged === true),
    restated: count(({ restates }) => restates !== undefined),
    deferred: count(({ status }) => status === "deferred"),
    failed: count(({ status }) => status === "failed"),
  };
}

/** Whether nothing more becomes of any of a run's exports by itself. */
export function isRunOver(jobs: readonly ExportJob[], records: readonly Export[]): boolean {
  const over = new Set(records.filter((record) => !isUnderWay(record)).map(({ id }) => id));
  return jobs.every(({ id }) => over.has(id));
}
