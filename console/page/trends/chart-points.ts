import { bucketed, type Trend, type TrendSummary } from "../../../client/trend-summary.ts";
import type { ChartTable } from "../charts/chart-figure.tsx";
import type { ChartPoint } from "../charts/daily-chart.ts";
import { count, day, hours } from "../wording.ts";

/** From how many days on a chart is of weeks. */
const maxDays = 62;

export function bucketSize({ days }: Pick<TrendSummary, "days">): 1 | 7 {
  return days.length > maxDays ? 7 : 1;
}

/** Both periods side by side, day by day or week by week. */
export function chartPoints(trend: Trend, summary: TrendSummary): ChartPoint[] {
  const size = bucketSize(summary);
  const previous = bucketed(trend.previous, size);
  return bucketed(trend.current, size).map((seconds, at): ChartPoint => {
    const first = summary.days[at * size] ?? "";
    const length = Math.min(size, summary.days.length - at * size);
    const label = size === 1 ? day(first) : `${count(length, "day")} from ${day(first)}`;
    return { label, day: first, seconds, previousSeconds: previous[at] ?? null };
  });
}

/** Says so where the last bar is lower only because it is of fewer days. */
export function lastBarNote(summary: TrendSummary): string | undefined {
  const rest = summary.days.length % bucketSize(summary);
  return rest === 0 ? undefined : `The last bar is of ${count(rest, "day")} only.`;
}

export function pointsTable(points: readonly ChartPoint[]): ChartTable {
  return {
    head: ["When", "Hours", "Period before"],
    rows: points.map(({ label, seconds, previousSeconds }) => [label, hours(seconds), hours(previousSeconds)]),
  };
}
