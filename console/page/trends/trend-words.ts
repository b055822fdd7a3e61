import { missingDays, type Trend } from "../../../client/trend-summary.ts";
import { changeShare, count, hours } from "../wording.ts";

/** What a chart shows, for people who do not see it. */
export function trendSentence(trend: Trend): string {
  const { total, previousTotal, current, previous } = trend;
  const share = trend.change === null ? "" : `, ${changeShare(total, previousTotal)}`;
  const sentences = [
    `${hours(total)} against ${hours(previousTotal)} in the period before${share}.`,
    missingSentence(missingDays(current), "the period"),
    missingSentence(missingDays(previous), "the period before"),
  ];
  return sentences.filter(Boolean).join(" ");
}

function missingSentence(days: number, period: string): string {
  return days === 0 ? "" : `${count(days, "day")} of ${period} ${days === 1 ? "has" : "have"} no data.`;
}

/** A trend in a few words, for above its chart. */
export function trendNote({ total, previousTotal, change }: Trend): string {
  if (change !== null) return `${hours(total)}, ${changeShare(total, previousTotal)}`;
  if (total === null) return "no data";
  return `${hours(total)}, no data before`;
}
