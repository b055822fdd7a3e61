import { axisX, barX, gridX, plot, ruleX, text } from "@observablehq/plot";
import type { ChangedProject } from "../../../client/trend-summary.ts";
import { axisHours, changeShare, hoursChange } from "../wording.ts";

const rowHeight = 26;
const margin = 8;
/** By how much letters may be wider than the chart library believes, which does not know the reader's font. */
const nameSlack = 1.05;
const nameSize = 12.5;
const figureSize = 11.5;

/** Bars from a common middle, rises to the right and falls to the left; names stand on the side that is free. */
export function changeChart(projects: readonly ChangedProject[], width: number): SVGSVGElement {
  const max = Math.max(...projects.map(({ change }) => Math.abs(change)), 1) / 3600;
  const isRise = ({ change }: ChangedProject) => change > 0;
  const label = (side: boolean) => projects.filter((one) => isRise(one) === side);
  const y = ({ id }: ChangedProject) => id;
  const half = width / 2 - margin;
  const figureWidth = Math.max(...projects.map(({ change }) => hoursChange(change).length)) * figureSize * 0.62 + 8;
  const reach = (max * half) / Math.max(half - figureWidth, half / 4);
  return plot({
    width,
    height: projects.length * rowHeight + 28,
    marginLeft: margin,
    marginRight: margin,
    marginTop: 4,
    marginBottom: 24,
    x: { domain: [-reach, reach] },
    y: { domain: projects.map(y), axis: null, padding: 0.3 },
    marks: [
      gridX({ ticks: width < 400 ? 3 : 5, stroke: "var(--grid)", strokeOpacity: 1 }),
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
          text: "name",
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
      axisX({ ticks: width < 400 ? 3 : 5, tickSize: 0, label: null, tickFormat: axisHours, fill: "var(--muted)" }),
    ],
  }) as SVGSVGElement;
}

export function changeText({ change, total, previousTotal }: ChangedProject): string {
  return `${hoursChange(change)} (${changeShare(total, previousTotal)})`;
}
