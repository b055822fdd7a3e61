import { axisX, axisY, barY, dot, gridY, lineY, plot, ruleY } from "@observablehq/plot";
import { axisHours, hours, shortDay } from "../wording.ts";

/** One day, or one week, of both periods; null without data. */
export interface ChartPoint {
  readonly label: string;
  readonly day: string;
  readonly seconds: number | null;
  readonly previousSeconds: number | null;
}

interface DailyChartOptions {
  readonly width: number;
  readonly height: number;
  /** The highest value of the axis, in hours, where several charts share one. */
  readonly top?: number | undefined;
}

/** Bars for the current period, a line for the one before; what has no data is marked, not drawn as nothing. */
export function dailyChart(points: readonly ChartPoint[], { width, height, top }: DailyChartOptions): SVGSVGElement {
  const inHours = (seconds: number | null) => (seconds === null ? Number.NaN : seconds / 3600);
  const highest = Math.max(...points.flatMap((p) => [p.seconds ?? 0, p.previousSeconds ?? 0])) / 3600;
  const domain: [number, number] = [0, top ?? (highest || 1)];
  const withoutData = points.filter(({ seconds }) => seconds === null);
  const withoutPrevious = points.filter(({ previousSeconds }) => previousSeconds === null);
  const title = (p: ChartPoint) => `${p.label}: ${hours(p.seconds)}\nthe period before: ${hours(p.previousSeconds)}`;
  return plot({
    width,
    height,
    marginLeft: 34,
    marginRight: 6,
    marginTop: 10,
    marginBottom: 22,
    x: { domain: points.map(({ day }) => day), padding: points.length > 40 ? 0.1 : 0.25 },
    y: { domain, nice: true, zero: true },
    marks: [
      gridY({ ticks: 3, stroke: "var(--grid)", strokeOpacity: 1 }),
      barY(withoutData, { x: "day", y1: 0, y2: domain[1], fill: "var(--no-data)", title }),
      barY(points, { x: "day", y: (p: ChartPoint) => inHours(p.seconds), fill: "var(--current)", title }),
      lineY(points, {
        x: "day",
        y: (p: ChartPoint) => inHours(p.previousSeconds),
        stroke: "var(--previous)",
        strokeWidth: 1.75,
        curve: "step",
      }),
      dot(withoutPrevious, { x: "day", y: 0, symbol: "times", r: 2.5, stroke: "var(--previous)", title }),
      ruleY([0], { stroke: "var(--axis)" }),
      axisX({
        ticks: fewTicks(points, width),
        tickFormat: shortDay,
        tickSize: 3,
        label: null,
        fill: "var(--muted)",
        stroke: "var(--axis)",
      }),
      axisY({ ticks: 3, tickSize: 0, label: null, tickFormat: axisHours, fill: "var(--muted)" }),
    ],
  }) as SVGSVGElement;
}

/** As many days as have room for their names. */
function fewTicks(points: readonly ChartPoint[], width: number): string[] {
  const every = Math.max(1, Math.ceil(points.length / Math.max(2, Math.floor(width / 90))));
  return points.filter((_, index) => index % every === 0).map(({ day }) => day);
}
