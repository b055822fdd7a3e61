import { axisX, barX, gridX, plot, ruleX, text } from "@observablehq/plot";
import type { ChangedProject } from "../../../client/trend-summary.ts";
import { shortNames } from "../short-names.ts";
import { axisHours, changeShare, hoursChange } from "../wording.ts";

const rowHeight = 26;
const margin = 8;
/** By how much letters may be wider than the chart library believes, which does not know the reader's font. */
const nameSlack = 1.05;
const nameSize = 12.5;
const figureSize = 11.5;
/** How wide a letter is on average, as a share of its size. */
const letterWidth = 0.6;

/** How high the chart of so many projects is, in pixels. */
export function changeChartHeight(count: number): number {
  return count * rowHeight + 28;
}

/** Bars from a common line, rises to the right and falls to the left; names stand on the side that is free. */
export function changeChart(projects: readonly ChangedProject[], width: number): SVGSVGElement {
  const isRise = ({ change }: ChangedProject) => change > 0;
  const label = (side: boolean) => projects.filter((one) => isRise(one) === side);
  const y = ({ id }: ChangedProject) => id;
  const half = width / 2 - margin;
  const figureWidth = Math.max(...projects.map(({ change }) => hoursChange(change).length)) * figureSize * 0.62 + 8;
  const max = Math.max(...projects.map(({ change }) => Math.abs(change)), 1) / 3600;
  const reach = (max * half) / Math.max(half - figureWidth, half / 4);
  const short = shortNames(projects, Math.max(8, Math.floor((half - 8) / (nameSize * letterWidth))));
  const ticks = ticksTo(max, width < 400 ? 1 : 2).filter((tick) => tick === 0 || label(tick > 0).length > 0);
  return plot({
    width,
    height: changeChartHeight(projects.length),
    marginLeft: margin,
    marginRight: margin,
    marginTop: 4,
    marginBottom: 24,
    x: { domain: [-reach, reach] },
    y: { domain: projects.map(y), axis: null, padding: 0.3 },
    marks: [
      gridX({ ticks, stroke: "var(--grid)", strokeOpacity: 1 }),
      barX(projects, {
        x: ({ change }: ChangedProject) => change / 3600,
        y,
        fill: (one: ChangedProject) => (isRise(one) ? "var(--rise)" : "var(--fall)"),
        title: (one: ChangedProject) => `${one.name}: ${changeText(one)}`,
      }),
      ...[true, false].flatMap((side) => [
        text(label(side), {
          x: 0,
          y,
          text: ({ id }: ChangedProject) => short.get(id) ?? "",
          title: "name",
          lineWidth: (half - 8) / nameSize / nameSlack,
          textOverflow: "ellipsis",
          textAnchor: side ? "end" : "start",
          dx: side ? -8 : 8,
          fill: "var(--ink)",
          fontSize: nameSize,
        }),
        text(label(side), {
          x: ({ change }: ChangedProject) => change / 3600,
          y,
          text: ({ change }: ChangedProject) => hoursChange(change),
          textAnchor: side ? "start" : "end",
          dx: side ? 5 : -5,
          fill: "var(--muted)",
          fontSize: figureSize,
        }),
      ]),
      ruleX([0], { stroke: "var(--axis)" }),
      axisX({ ticks, tickSize: 0, label: null, tickFormat: axisHours, fill: "var(--muted)" }),
    ],
  }) as SVGSVGElement;
}

/** Round values from the middle to both sides, so many on each; a side without bars needs none. */
function ticksTo(max: number, ofEach: number): number[] {
  const power = 10 ** Math.floor(Math.log10(max / ofEach));
  const step = [5, 2, 1].map((digit) => digit * power).find((size) => size * ofEach <= max) ?? power;
  return Array.from({ length: 2 * ofEach + 1 }, (_, at) => (at - ofEach) * step);
}

export function changeText({ change, total, previousTotal }: ChangedProject): string {
  return `${hoursChange(change)} (${changeShare(total, previousTotal)})`;
}
