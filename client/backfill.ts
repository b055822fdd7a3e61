/** One period of a backfill. */
interface BackfillPeriod {
  readonly start_date: string;
  readonly end_date: string;
  /** When its run was due, an instant such as 2026-11-03T05:00:00Z. */
  readonly occurrence: string;
  /** Whether all its files are made already. */
  readonly is_there: boolean;
  /** Ids of the exports that are to be made for it. */
  readonly export_ids: readonly string[];
}

/** What a backfill has to do and costs. */
export interface BackfillPlan {
  /** Oldest first. */
  readonly periods: readonly BackfillPeriod[];
  readonly periods_there: number;
  readonly periods_to_make: number;
  /** Those that are not over yet are left out. */
  readonly periods_not_over: number;
  /** One for each file that is to be made. */
  readonly toggl_requests: number;
  readonly hours_of_quota: number;
  readonly quota_per_hour: number;
}

/** Toggl requests an hour of the plans that have Insights. */
export const defaultQuota = 600;

/** Ids of all exports that are to be made, in the order in which they are. */
export const exportsToMake = ({ periods }: BackfillPlan): string[] => periods.flatMap(({ export_ids }) => export_ids);

/**
 * Queues a run for each period that is not there yet, oldest first.
 * @param run queues it, and gives what was queued
 */
export async function queueBackfill<Run>(
  { periods }: BackfillPlan,
  run: (body: { occurrence: string; refresh: false }) => Promise<Run>,
  onQueued: (period: BackfillPeriod, run: Run) => void = () => {},
): Promise<void> {
  for (const period of periods.filter(({ is_there }) => !is_there)) {
    onQueued(period, await run({ occurrence: period.occurrence, refresh: false }));
  }
}
