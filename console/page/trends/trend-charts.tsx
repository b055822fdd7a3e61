import { type ChangedProject, type ProjectTrend, ranked, type TrendSummary } from "../../../client/trend-summary.ts";
import { changeChart, changeText } from "../charts/change-chart.ts";
import { ChartFigure } from "../charts/chart-figure.tsx";
import { dailyChart } from "../charts/daily-chart.ts";
import { Choice } from "../choice.tsx";
import type { ViewProps } from "../view-address.ts";
import { hours } from "../wording.ts";
import { bucketSize, chartPoints, lastBarNote, pointsTable } from "./chart-points.ts";
import { ProjectCharts } from "./project-charts.tsx";
import { trendSentence } from "./trend-words.ts";

const orders = { change: "Biggest change first", hours: "Most hours first", name: "By name" } as const;
const scales = { same: "One scale for all", own: "A scale of its own" } as const;

type TrendChartsProps = Pick<ViewProps, "settings" | "change"> & {
  readonly summary: TrendSummary;
  readonly drawnFrom: string;
};

/** All together, the biggest changes, and each project by itself. */
export function TrendCharts({ summary, settings, change, drawnFrom }: TrendChartsProps) {
  const points = chartPoints(summary.overall, summary);
  const unit = bucketSize(summary) === 1 ? "day" : "week";
  const { order = "change", scale = "same" } = settings;
  return (
    <>
      <div class="overview">
        <ChartFigure
          title={`All projects by ${unit}`}
          headingLevel={2}
          note={lastBarNote(summary)}
          summary={trendSentence(summary.overall)}
          draw={(width) => dailyChart(points, { width, height: 340 })}
          drawnFrom={drawnFrom}
          table={() => pointsTable(points)}
        />
        <BiggestChanges movers={ranked(summary.projects, 6)} drawnFrom={drawnFrom} />
      </div>
      <section>
        <div class="section-head">
          <h2>Each project by {unit}</h2>
          <form class="controls" aria-label="Charts of the projects" onSubmit={(event) => event.preventDefault()}>
            <Choice
              label="Order"
              value={order}
              choices={orders}
              onChoose={(chosen, typed) => change({ order: chosen }, typed)}
            />
            <Choice
              label="Scale"
              value={scale}
              choices={scales}
              onChoose={(chosen, typed) => change({ scale: chosen }, typed)}
            />
          </form>
        </div>
        <Legend unit={unit} />
        <ProjectCharts
          projects={sorted(summary.projects, order)}
          summary={summary}
          sameScale={scale !== "own"}
          drawnFrom={drawnFrom}
        />
      </section>
    </>
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
  return (
    <ChartFigure
      title={title}
      headingLevel={2}
      summary={`From ${first.name}, ${changeText(first)}, to ${last.name}, ${changeText(last)}.`}
      draw={(width) => changeChart(movers, width)}
      drawnFrom={drawnFrom}
      table={() => moversTable(movers)}
    />
  );
}

function Legend({ unit }: { unit: string }) {
  return (
    <ul class="legend">
      <li>
        <span class="swatch current" /> the period
      </li>
      <li>
        <span class="swatch previous" /> the period before
      </li>
      <li>
        <span class="swatch no-data" /> no data for the {unit}
      </li>
      <li>
        <span class="cross">×</span> no data for the {unit} before
      </li>
    </ul>
  );
}

function sorted(projects: readonly ProjectTrend[], order: string): ProjectTrend[] {
  if (order === "name") return [...projects].sort((a, b) => a.name.localeCompare(b.name, "en"));
  if (order === "hours") return [...projects].sort((a, b) => (b.total ?? -1) - (a.total ?? -1));
  return [...projects].sort((a, b) => Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0));
}

function moversTable(movers: readonly ChangedProject[]) {
  return {
    head: ["Project", "Hours", "Before", "Change"],
    rows: movers.map((one) => [one.name, hours(one.total), hours(one.previousTotal), changeText(one)]),
  };
}
