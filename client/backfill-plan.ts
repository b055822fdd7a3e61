import { nextRuns } from "../lambdas/core/cron.ts";
import { type DayRange, firstDayOf, periodOf, periodsWithin } from "../lambdas/core/periods.ts";
import type { Schedule } from "../lambdas/core/schedule.ts";
import { type ExportJob, scheduledExports } from "../lambdas/core/scheduled-exports.ts";
import { isDay } from "../lambdas/core/times.ts";

/** One run of a schedule that a backfill asks for. */
export interface PlannedRun {
  readonly days: DayRange;
  /** Milliseconds since 1970. */
  readonly occurrence: number;
  readonly exports: readonly ExportJob[];
}

/** That the days of a backfill are none, or the wrong way round. */
export class SpanError extends Error {
  override readonly name = "SpanError";
}

/** The whole periods from one day to another, oldest first, and how many of them are not over yet. */
export interface BackfillPlan {
  readonly runs: readonly PlannedRun[];
  readonly notOver: number;
}

/**
 * What a backfill has to do. A period's run is due when the schedule itself would have been due for it, so what the
 * schedule has made already is found and not made again.
 * @param from such as 2025, 2025-01 or 2025-01-15
 * @param to the same; its last day counts
 * @throws SpanError that says what is wrong
 */
export function planBackfill(
  schedule: Schedule,
  { from, to }: { from: string; to: string },
  now: number,
): BackfillPlan {
  const first = dayOf(from, "--from", "first");
  const last = dayOf(to, "--to", "last");
  if (first > last) throw new SpanError(`--from (${first}) must not be after --to (${last}).`);
  const all = periodsWithin(schedule, first, last).map((days): PlannedRun => {
    const occurrence = occurrenceOf(schedule, days);
    return { days, occurrence, exports: scheduledExports({ ...schedule, refresh_previous: 0 }, occurrence) };
  });
  const runs = all.filter(({ occurrence }) => occurrence <= now);
  return { runs, notOver: all.length - runs.length };
}

/** The first run of the schedule that means these days; where none does, the first moment that would. */
function occurrenceOf(schedule: Schedule, days: DayRange): number {
  const first = firstDayOf(schedule, days);
  if (schedule.cron === undefined) return first;
  const { cron, time_zone } = schedule;
  const [run] = nextRuns({ cron, time_zone }, first - 1, 1);
  const fits = run !== undefined && JSON.stringify(periodOf(schedule, run)) === JSON.stringify(days);
  return fits ? run : first;
}

/** Toggl began in 2006. */
const firstYear = "2006";

function dayOf(text: string, option: string, which: "first" | "last"): string {
  const [, year = "", month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text) ?? [];
  const monthOf = Number(month ?? (which === "first" ? 1 : 12));
  const lastDay = new Date(Date.UTC(Number(year), monthOf, 0)).getUTCDate();
  const date = `${year}-${String(monthOf).padStart(2, "0")}-${day ?? String(which === "first" ? 1 : lastDay).padStart(2, "0")}`;
  if (!isDay(date)) {
    throw new SpanError(`${option} must be a year, month or day, such as 2025, 2025-01 or 2025-01-31; it is ${text}.`);
  }
  if (year < firstYear) throw new SpanError(`${option} must not be before ${firstYear}; it is ${text}.`);
  return date;
}

/**
 * The runs that have a file to make.
 * @param find an export by its id, if it is there
 */
export async function openRuns(
  runs: readonly PlannedRun[],
  find: (id: string) => Promise<{ readonly status: string } | undefined>,
): Promise<PlannedRun[]> {
  const open: PlannedRun[] = [];
  for (const run of runs) {
    const found = await Promise.all(run.exports.map(({ id }) => find(id)));
    const exports = run.exports.filter((_, index) => found[index]?.status !== "succeeded");
    if (exports.length > 0) open.push({ ...run, exports });
  }
  return open;
}
