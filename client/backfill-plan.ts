import type { ConfiguredSchedule } from "../api/schedule.ts";
import { isDay, isoTime } from "../api/times.ts";
import { nextRuns } from "../lambdas/core/schedules/cron.ts";
import { type DayRange, firstDayOf, periodOf, periodsWithin } from "../lambdas/core/schedules/periods.ts";
import { type ExportJob, scheduledExports } from "../lambdas/core/schedules/schedule.ts";
import type { BackfillPlan } from "./backfill.ts";

/** One run of a schedule that a backfill asks for. */
interface PlannedRun {
  readonly days: DayRange;
  /** Milliseconds since 1970. */
  readonly occurrence: number;
  readonly exports: readonly ExportJob[];
  /** The run of the same days so many seconds later. */
  readonly later: (seconds: number) => PlannedRun;
}

/** What is known of an export that is there. */
interface FoundExport {
  readonly status: string;
  readonly report?: string;
  readonly parameters?: object;
}

type SpanField = "from" | "to";

/** That the days of a backfill are none, or the wrong way round. */
export class SpanError extends Error {
  override readonly name = "SpanError";

  /**
   * @param field the one that is wrong
   * @param sentence what is wrong, with the fields named as whoever reads it knows them
   */
  constructor(
    readonly field: SpanField,
    readonly sentence: (named: (field: SpanField) => string) => string,
  ) {
    super(sentence((name) => `--${name}`));
  }
}

/** The whole periods from one day to another, oldest first, and how many of them are not over yet. */
export interface BackfillRuns {
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
  schedule: ConfiguredSchedule,
  { from, to }: { from: string; to: string },
  now: number,
): BackfillRuns {
  return planOf(
    plannedPeriods(schedule, { from, to }, now).map((days) => plannedRun(schedule, days)),
    now,
  );
}

/** So many periods are planned at once, a few milliseconds' work. */
const planAtOnce = 10;

/** The same, for a server that has others to answer meanwhile: it lets them in between. */
export async function planBackfillGently(...[schedule, span, now]: Parameters<typeof planBackfill>) {
  const runs: PlannedRun[] = [];
  for (const [at, days] of plannedPeriods(schedule, span, now).entries()) {
    if (at % planAtOnce === 0) await new Promise((resolve) => setTimeout(resolve));
    runs.push(plannedRun(schedule, days));
  }
  return planOf(runs, now);
}

/** More would take a day of an hourly quota, and nobody reads what it would cost. */
const maxPeriods = 1000;

/**
 * The first and the last day that are meant.
 * @throws SpanError that says what is wrong
 */
export function spanDays({ from, to }: { from: string; to: string }, now: number): { first: string; last: string } {
  const first = dayOf(from, "from", "first");
  const last = dayOf(to, "to", "last");
  if (first > last) {
    throw new SpanError("from", (named) => `${named("from")} (${first}) must not be after ${named("to")} (${last}).`);
  }
  const latest = `${new Date(now).getUTCFullYear() + 1}-12-31`;
  if (last > latest) throw new SpanError("to", (named) => `${named("to")} must not be after ${latest}; it is ${to}.`);
  return { first, last };
}

function plannedPeriods(
  schedule: ConfiguredSchedule,
  { from, to }: { from: string; to: string },
  now: number,
): DayRange[] {
  const { first, last } = spanDays({ from, to }, now);
  const periods = periodsWithin(schedule, first, last, maxPeriods + 1);
  if (periods.length <= maxPeriods) return periods;
  throw new SpanError(
    "from",
    (named) =>
      `${named("from")} ${from} ${named("to")} ${to} has more than ${maxPeriods} periods, and one backfill makes that many at most. Choose fewer days.`,
  );
}

function plannedRun(
  schedule: ConfiguredSchedule,
  days: DayRange,
  occurrence = occurrenceOf(schedule, days),
): PlannedRun {
  return {
    days,
    occurrence,
    exports: scheduledExports({ ...schedule, refresh_previous: 0 }, occurrence),
    later: (seconds) => plannedRun(schedule, days, occurrence + seconds * 1000),
  };
}

function planOf(all: readonly PlannedRun[], now: number): BackfillRuns {
  const runs = all.filter(({ occurrence }) => occurrence <= now);
  return { runs, notOver: all.length - runs.length };
}

/** The first run of the schedule that means these days; where none does, the first moment that would. */
function occurrenceOf(schedule: ConfiguredSchedule, days: DayRange): number {
  const first = firstDayOf(schedule, days);
  if (schedule.cron === undefined) return first;
  const { cron, time_zone } = schedule;
  const [run] = nextRuns({ cron, time_zone }, first - 1, 1);
  const fits = run !== undefined && JSON.stringify(periodOf(schedule, run)) === JSON.stringify(days);
  return fits ? run : first;
}

/** Toggl began in 2006. */
const firstYear = "2006";

function dayOf(text: string, field: SpanField, which: "first" | "last"): string {
  const [, year = "", month, day] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?$/.exec(text) ?? [];
  const monthOf = Number(month ?? (which === "first" ? 1 : 12));
  const lastDay = new Date(Date.UTC(Number(year), monthOf, 0)).getUTCDate();
  const date = `${year}-${String(monthOf).padStart(2, "0")}-${day ?? String(which === "first" ? 1 : lastDay).padStart(2, "0")}`;
  if (!isDay(date)) {
    throw new SpanError(
      field,
      (named) => `${named(field)} must be a year, month or day, such as 2025, 2025-01 or 2025-01-31; it is ${text}.`,
    );
  }
  if (year < firstYear) {
    throw new SpanError(field, (named) => `${named(field)} must not be before ${firstYear}; it is ${text}.`);
  }
  return date;
}

/** So many runs are looked at side by side. */
const lookAtOnce = 8;

type Find = (id: string) => Promise<FoundExport | undefined>;

/**
 * The runs, each with the exports that it has to make.
 * @param find an export by its id, if it is there
 */
async function lookedAt(runs: readonly PlannedRun[], find: Find): Promise<PlannedRun[]> {
  const looked: PlannedRun[] = [];
  for (let at = 0; at < runs.length; at += lookAtOnce) {
    looked.push(...(await Promise.all(runs.slice(at, at + lookAtOnce).map((run) => withoutMade(run, find)))));
  }
  return looked;
}

/** So many definitions of a schedule can have made files of the same days: their runs stay within the minute. */
const maxDefinitions = 59;

/**
 * An id follows from the moment of its run, whatever the schedule's parameters: where one is taken by what the schedule made
 * before they were changed, the run is a second later.
 */
async function withoutMade(first: PlannedRun, find: Find): Promise<PlannedRun> {
  for (let seconds = 0; ; seconds++) {
    const run = seconds === 0 ? first : first.later(seconds);
    const found = await Promise.all(run.exports.map(({ id }) => find(id)));
    const isTaken = run.exports.some((job, index) => isAnother(found[index], job));
    if (isTaken && seconds < maxDefinitions) continue;
    return { ...run, exports: run.exports.filter((_, index) => found[index]?.status !== "succeeded") };
  }
}

/** A failed one is made again with the parameters of now. */
function isAnother(found: FoundExport | undefined, { report, parameters }: ExportJob): boolean {
  if (!found || found.status === "failed") return false;
  const isSameReport = (found.report ?? report) === report;
  return !isSameReport || textOf(found.parameters ?? parameters) !== textOf(parameters);
}

function textOf(parameters: object): string {
  return JSON.stringify(Object.entries(parameters).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/**
 * Looks at what is there, and says what the rest costs.
 * @param find an export by its id, if it is there
 * @param quota Toggl requests an hour of the plan
 */
export async function priceBackfill({ runs, notOver }: BackfillRuns, find: Find, quota: number): Promise<BackfillPlan> {
  const looked = await lookedAt(runs, find);
  const toMake = looked.filter(({ exports }) => exports.length > 0).length;
  const requests = looked.flatMap(({ exports }) => exports).filter(({ madeFrom }) => madeFrom === undefined).length;
  return {
    periods: looked.map(({ days, occurrence, exports }) => ({
      ...days,
      occurrence: isoTime(occurrence),
      is_there: exports.length === 0,
      export_ids: exports.map(({ id }) => id),
    })),
    periods_there: runs.length - toMake,
    periods_to_make: toMake,
    periods_not_over: notOver,
    toggl_requests: requests,
    hours_of_quota: requests / quota,
    quota_per_hour: quota,
  };
}
