import type { ChartTable } from "../charts/chart-figure.tsx";
import { type ChartPoint, valueText } from "../charts/daily-chart.ts";
import { changeShare, count, day, hours } from "../wording.ts";
import { bucketed, missingDays, type Trend, type TrendSummary } from "./trend-summary.ts";

/** From how many days on a chart is of weeks. */
const mostDays = 62;

export function bucketSize({ days }: Pick<TrendSummary, "days">): 1 | 7 {
  return days.length > mostDays ? 7 : 1;
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

/** What a chart shows, for who does not see it. */
export function trendSentence(trend: Trend): string {
  const { total, previousTotal, current, previous } = trend;
  const missing = [
    missingDays(current) > 0 && `${missingDays(current)} days of the period have no data`,
    missingDays(previous) > 0 && `${missingDays(previous)} days of the period before have no data`,
  ].filter(Boolean);
  const change = `${hours(total)} against ${hours(previousTotal)} in the period before, ${changeShare(total, previousTotal)}.`;
  return [change, ...missing.map((text) => `${text}.`)].join(" ");
}

export function pointsTable(points: readonly ChartPoint[]): ChartTable {
  return {
    head: ["When", "Hours", "Period before"],
    rows: points.map(({ label, seconds, previousSeconds }) => [label, valueText(seconds), valueText(previousSeconds)]),
  };
}
