import { type DailySeconds, sumOrNull, type Trend, type TrendSummary } from "../../../client/trend-summary.ts";
import type { BarUnit, ChartPoint, ChartTable } from "../charts/chart-point.ts";
import { count, day, dayRange, hours, month } from "../wording.ts";

/** From how many days on bars are of weeks, and of months: more bars than about sixty cannot be told apart. */
const maxDays = { day: 62, week: 190 };

export function barUnit({ days }: Pick<TrendSummary, "days">): BarUnit {
  if (days.length <= maxDays.day) return "day";
  return days.length <= maxDays.week ? "week" : "month";
}

/** Some days in a row, by their places. */
interface Span {
  readonly from: number;
  /** One after the last. */
  readonly to: number;
}

/** Both periods side by side, bar by bar. */
export function chartPoints(trend: Trend, summary: Pick<TrendSummary, "days" | "previousDays">): ChartPoint[] {
  const { days, previousDays } = summary;
  const unit = barUnit(summary);
  const spans = spansOf(days, unit);
  const previousSpans = previousSpansOf(spans, summary);
  return spans.map((span, at): ChartPoint => {
    const previous = previousSpans[at];
    return {
      label: labelOf(days, span, unit),
      day: days[span.from] ?? "",
      seconds: sumIn(trend.current, span),
      previousLabel: previous && labelOf(previousDays, previous, unit),
      previousSeconds: previous && sumIn(trend.previous, previous),
    };
  });
}

/** The days of each bar: all the same length but the last one, or months of the calendar. */
function spansOf(days: readonly string[], unit: BarUnit): Span[] {
  const size = unit === "week" ? 7 : 1;
  const begins = (at: number) => at === 0 || (unit === "month" ? days[at]?.endsWith("-01") : at % size === 0);
  const starts = days.flatMap((_, at) => (begins(at) ? [at] : []));
  return starts.map((from, index) => ({ from, to: starts[index + 1] ?? days.length }));
}

/** Beside months stand the months before, where both periods begin on the same day of one; else the same places. */
function previousSpansOf(spans: readonly Span[], { days, previousDays }: Pick<TrendSummary, "days" | "previousDays">) {
  const areMonths = barUnit({ days }) === "month" && days[0]?.slice(8) === previousDays[0]?.slice(8);
  const all = areMonths ? spansOf(previousDays, "month") : spans;
  return all.flatMap(({ from, to }): Span[] =>
    from < previousDays.length ? [{ from, to: Math.min(to, previousDays.length) }] : [],
  );
}

function labelOf(days: readonly string[], { from, to }: Span, unit: BarUnit): string {
  const [first = "", last = ""] = [days[from], days[to - 1]];
  if (unit === "day") return day(first);
  return unit === "month" && isWholeMonth(first, last) ? month(first) : dayRange(first, last);
}

function isWholeMonth(first: string, last: string): boolean {
  const next = new Date(Date.parse(last) + 86_400_000).toISOString();
  return first.endsWith("-01") && next.slice(8, 10) === "01" && first.slice(0, 7) === last.slice(0, 7);
}

function sumIn(values: DailySeconds, { from, to }: Span): number | null {
  return sumOrNull(values.slice(from, to));
}

/** Says so where the first or last bar is lower only because it is of fewer days. */
export function barNote(summary: Pick<TrendSummary, "days">): string | undefined {
  const unit = barUnit(summary);
  if (unit === "day") return undefined;
  const { days } = summary;
  const isShort = ({ from, to }: Span) =>
    unit === "week" ? to - from < 7 : !isWholeMonth(days[from] ?? "", days[to - 1] ?? "");
  const spans = spansOf(days, unit);
  const notes = [
    ["first", spans[0]],
    ["last", spans.at(-1)],
  ] as const;
  const short = notes.flatMap(([name, span]) =>
    span && isShort(span) ? [`The ${name} bar is of ${count(span.to - span.from, "day")} only.`] : [],
  );
  return short.length === 0 ? undefined : short.join(" ");
}

export function pointsTable(points: readonly ChartPoint[]): ChartTable {
  return {
    head: ["When", "Hours", "Before", "Hours before"],
    rows: points.map(({ label, seconds, previousLabel, previousSeconds }) => [
      label,
      hours(seconds),
      previousLabel ?? "–",
      previousSeconds === undefined ? "–" : hours(previousSeconds),
    ]),
  };
}
