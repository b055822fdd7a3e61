import { axisX, axisY, barY, dot, gridY, lineY, plot, ruleY, tickY } from "@observablehq/plot";
import { axisHours } from "../wording.ts";
import { type BarUnit, type ChartPoint, isWeekend, withoutData, withoutDataBefore } from "./chart-point.ts";
import { timeTicks } from "./time-ticks.ts";

interface TrendChartOptions {
  readonly width: number;
  readonly height: number;
  readonly unit: BarUnit;
}

const margins = { marginLeft: 40, marginRight: 6, marginTop: 10, marginBottom: 38 };
/** A single day is no wall. */
const maxBarWidth = 72;

/** Bars for the period, a line for the one before; what has no data is marked, not drawn as nothing. */
export function trendChart(points: readonly ChartPoint[], { width, height, unit }: TrendChartOptions): SVGSVGElement {
  const highest = Math.max(...points.flatMap((p) => [p.seconds ?? 0, p.previousSeconds ?? 0])) / 3600;
  const top = highest || 1;
  const padding = points.length > 40 ? 0.1 : 0.25;
  const axisWidth = width - margins.marginLeft - margins.marginRight;
  const step = axisWidth / (points.length + padding);
  const inset = Math.max(0, (step * (1 - padding) - maxBarWidth) / 2);
  const insets = { insetLeft: inset, insetRight: inset };
  const toNeighbours = -(step * padding) / 2;
  const ticks = timeTicks(
    points.map(({ day }) => day),
    axisWidth,
    unit,
  );
  const before = { x: "day", y: (p: ChartPoint) => inHours(p.previousSeconds) };
  /** With a rim, so that it stands out from bars. */
  const strokes = [
    { stroke: "var(--surface)", strokeWidth: 4 },
    { stroke: "var(--previous)", strokeWidth: 1.75 },
  ];
  return plot({
    width,
    height,
    ...margins,
    x: { domain: points.map(({ day }) => day), padding },
    y: { domain: [0, top], nice: true, zero: true },
    marks: [
      gridY({ ticks: 4, stroke: "var(--grid)", strokeOpacity: 1 }),
      barY(withoutData(points), { x: "day", y1: 0, y2: top, ...insets, fill: "var(--no-data)" }),
      barY(points, { x: "day", y: (p: ChartPoint) => inHours(p.seconds), ...insets, fill: "var(--current)" }),
      ...strokes.flatMap((stroke) => [
        lineY(points, { ...before, ...stroke, curve: "step" }),
        tickY(standingAlone(points), { ...before, ...stroke, ...insets }),
      ]),
      dot(withoutDataBefore(points), { x: "day", y: 0, symbol: "times", r: 2.5, stroke: "var(--previous)" }),
      ruleY([0], { stroke: "var(--axis)" }),
      barY(unit === "day" ? points.filter(isWeekend) : [], {
        ...{ x: "day", y1: 0, y2: 0, insetTop: -0.5, insetBottom: -4, fill: "var(--axis)" },
        ...(inset > 0 ? insets : { insetLeft: toNeighbours, insetRight: toNeighbours }),
      }),
      axisX({
        ticks: [...ticks.keys()],
        tickFormat: (day: string) => ticks.get(day) ?? "",
        tickSize: 6,
        lineHeight: 1.15,
        label: null,
        fill: "var(--muted)",
        stroke: "var(--axis)",
      }),
      axisY({ ticks: 4, tickSize: 0, label: null, tickFormat: axisHours, fill: "var(--muted)" }),
    ],
  }) as SVGSVGElement;
}

function inHours(seconds: number | null | undefined): number {
  return typeof seconds === "number" ? seconds / 3600 : Number.NaN;
}

/** Bars before which and after which a line has nothing to lead to. */
function standingAlone(points: readonly ChartPoint[]): ChartPoint[] {
  const isKnown = (at: number) => typeof points[at]?.previousSeconds === "number";
  return points.filter((_, at) => isKnown(at) && !isKnown(at - 1) && !isKnown(at + 1));
}
