import type { Trend } from "../api/trends.ts";

/** One project's time in two periods; what Toggl gave no figures for is undefined, which is not zero. */
export interface TrendSummary {
  readonly project_id: number;
  /** Undefined where it is not known. */
  readonly name: string | undefined;
  readonly current_seconds: number | undefined;
  readonly previous_seconds: number | undefined;
  /** Undefined too where there was no time before. */
  readonly change_percent: number | undefined;
  /** Seconds of each day; null for one without a figure. */
  readonly days: readonly (number | null)[];
}

/** Projects, most time first. */
export function trendSummaries(trends: readonly Trend[], names: Readonly<Record<string, string>>): TrendSummary[] {
  return trends
    .map(({ project_id, current_period_seconds: days, previous_period_seconds }) => {
      const [current, previous] = [total(days), total(previous_period_seconds)];
      const change_percent = change(current, previous);
      return {
        project_id,
        name: names[project_id],
        current_seconds: current,
        previous_seconds: previous,
        change_percent,
        days: days ?? [],
      };
    })
    .sort(
      (a, b) =>
        orZero(b.current_seconds) - orZero(a.current_seconds) ||
        orZero(b.previous_seconds) - orZero(a.previous_seconds),
    );
}

const orZero = (seconds: number | undefined) => seconds ?? 0;

/** Undefined if there is no figure at all. */
export function total(seconds: readonly (number | null | undefined)[] | null | undefined): number | undefined {
  const known = (seconds ?? []).filter((one) => typeof one === "number");
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
}

export function change(current: number | undefined, previous: number | undefined): number | undefined {
  if (current === undefined || !previous) return undefined;
  return Math.round((100 * (current - previous)) / previous);
}
