import { type ChangedProject, ranked } from "../../../client/trend-summary.ts";
import { changeChart, changeChartHeight, changeText } from "../charts/change-chart.ts";
import { ChartFigure } from "../charts/chart-figure.tsx";
import type { LegendEntry } from "../charts/chart-point.ts";
import { hours } from "../wording.ts";
import { barUnit } from "./chart-points.ts";
import { TrendFigure } from "./trend-figure.tsx";
import type { ShownTrends } from "./use-trends.ts";

/** All projects together, and the biggest changes. */
export function TrendCharts({ shown }: { shown: ShownTrends }) {
  const { summary, drawnFrom } = shown;
  const title = `All projects by ${barUnit(summary)}`;
  return (
    <div class="overview">
      <TrendFigure title={title} headingLevel={2} trend={summary.overall} shown={shown} />
      <BiggestChanges movers={ranked(summary.projects, 6)} drawnFrom={drawnFrom} />
    </div>
  );
}

function BiggestChanges({ movers, drawnFrom }: { movers: readonly ChangedProject[]; drawnFrom: string }) {
  const title = "Biggest changes";
  const [first, last] = [movers[0], movers.at(-1)];
  if (!first || !last) {
    return (
      <section class="chart">
        <h2>{title}</h2>
        <p class="note">No project is known to have changed.</p>
      </section>
    );
  }
  const entries: LegendEntry[] = [
    { sign: "rise", text: "more hours" },
    { sign: "fall", text: "fewer hours" },
  ];
  return (
    <ChartFigure
      title={title}
      headingLevel={2}
      summary={`From ${first.name}, ${changeText(first)}, to ${last.name}, ${changeText(last)}.`}
      legend={entries.filter(({ sign }) => movers.some(({ change }) => change > 0 === (sign === "rise")))}
      height={changeChartHeight(movers.length)}
      draw={(width) => changeChart(movers, width)}
      drawnFrom={drawnFrom}
      table={() => moversTable(movers)}
    />
  );
}

function moversTable(movers: readonly ChangedProject[]) {
  return {
    head: ["Project", "Hours", "Before", "Change"],
    rows: movers.map((one) => [one.name, hours(one.total), hours(one.previousTotal), changeText(one)]),
  };
}
