import { axisX, barX, gridX, plot, ruleX, text } from "@observablehq/plot";
import type { ChangedProject } from "../trends/trend-summary.ts";
import { changeShare, hoursChange } from "../wording.ts";

const rowHeight = 26;

/** Bars from a common middle, rises to the right and falls to the left; names stand on the side that is free. */
export function changeChart(projects: readonly ChangedProject[], width: number): SVGSVGElement {
  const most = Math.max(...projects.map(({ change }) => Math.abs(change)), 1) / 3600;
  const isRise = ({ change }: ChangedProject) => change > 0;
  const label = (side: boolean) => projects.filter((one) => isRise(one) === side);
  const y = ({ id }: ChangedProject) => id;
  const longest = Math.max(8, Math.floor(width / 2 / 7.6));
  return plot({
    width,
    height: projects.length * rowHeight + 28,
    marginLeft: 8,
    marginRight: 8,
    marginTop: 4,
    marginBottom: 24,
    x: { domain: [-most * 1.45, most * 1.45] },
    y: { domain: projects.map(y), axis: null, padding: 0.3 },
    marks: [
      gridX({ ticks: 5, stroke: "var(--grid)", strokeOpacity: 1 }),
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
          text: ({ name }: ChangedProject) => shortened(name, longest),
          textAnchor: side ? "end" : "start",
          dx: side ? -8 : 8,
          fill: "var(--ink)",
          fontSize: 12.5,
        }),
        text(label(side), {
          x: ({ change }: ChangedProject) => change / 3600,
          y,
          text: ({ change }: ChangedProject) => hoursChange(change),
          textAnchor: side ? "start" : "end",
          dx: side ? 5 : -5,
          fill: "var(--muted)",
          fontSize: 11.5,
        }),
      ]),
      ruleX([0], { stroke: "var(--axis)" }),
      axisX({ ticks: 5, tickSize: 0, label: null, tickFormat: (value: number) => `${value} h`, fill: "var(--muted)" }),
    ],
  }) as SVGSVGElement;
}

export function changeText({ change, total, previousTotal }: ChangedProject): string {
  return `${hoursChange(change)} (${changeShare(total, previousTotal)})`;
}

function shortened(name: string, most: number): string {
  const letters = [...name];
  return letters.length > most ? `${letters.slice(0, most - 1).join("")}…` : name;
}
