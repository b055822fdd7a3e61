import { hours } from "../wording.ts";

/** What one bar of a chart is of. */
export type BarUnit = "day" | "week" | "month";

/** One bar of the period with what was before; null without data, undefined where there is no such day before. */
export interface ChartPoint {
  readonly label: string;
  /** The first day of the bar, as YYYY-MM-DD. */
  readonly day: string;
  readonly seconds: number | null;
  readonly previousLabel: string | undefined;
  readonly previousSeconds: number | null | undefined;
}

/** What a mark of a chart looks like. */
export type Sign = "current" | "previous" | "no-data" | "no-data-before" | "weekend" | "rise" | "fall";

/** What a mark of a chart stands for. */
export interface LegendEntry {
  readonly sign: Sign;
  readonly text: string;
}

/** What a chart says at one place of its axis. */
export interface Reading {
  /** The place, as the horizontal scale knows it. */
  readonly at: string;
  readonly lines: readonly LegendEntry[];
}

/** The same figures as a table, for people who cannot or do not want to look at a picture. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What the chart's marks stand for; those that it has not are not explained. */
export function trendLegend(
  points: readonly ChartPoint[],
  { unit, current, previous }: { unit: BarUnit; current: string; previous: string },
): LegendEntry[] {
  const all: [isThere: boolean, entry: LegendEntry][] = [
    [true, { sign: "current", text: current }],
    [true, { sign: "previous", text: previous }],
    [withoutData(points).length > 0, { sign: "no-data", text: "no data" }],
    [withoutDataBefore(points).length > 0, { sign: "no-data-before", text: "no data before" }],
    [unit === "day" && points.some(isWeekend), { sign: "weekend", text: "weekend" }],
  ];
  return all.flatMap(([isThere, entry]) => (isThere ? [entry] : []));
}

/** What the chart says of each bar, for somebody who points at it. */
export function trendReadings(points: readonly ChartPoint[]): Reading[] {
  return points.map(({ day, label, seconds, previousLabel, previousSeconds = null }) => ({
    at: day,
    lines: [
      { sign: "current", text: `${label}: ${hours(seconds)}` },
      ...(previousLabel ? [{ sign: "previous" as const, text: `${previousLabel}: ${hours(previousSeconds)}` }] : []),
    ],
  }));
}

export function withoutData(points: readonly ChartPoint[]): ChartPoint[] {
  return points.filter(({ seconds }) => seconds === null);
}

export function withoutDataBefore(points: readonly ChartPoint[]): ChartPoint[] {
  return points.filter(({ previousSeconds }) => previousSeconds === null);
}

export function isWeekend({ day }: ChartPoint): boolean {
  return [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());
}
