import type { ProjectTrend, TrendSummary } from "../../../client/trend-summary.ts";
import { ChartFigure } from "../charts/chart-figure.tsx";
import { dailyChart } from "../charts/daily-chart.ts";
import { chartPoints, pointsTable } from "./chart-points.ts";
import { trendNote, trendSentence } from "./trend-words.ts";

interface ProjectChartsProps {
  readonly projects: readonly ProjectTrend[];
  readonly summary: TrendSummary;
  /** Whether all charts have one axis, so that they compare; else each fills its own. */
  readonly sameScale: boolean;
  readonly drawnFrom: string;
}

/** One small chart for each project. */
export function ProjectCharts({ projects, summary, sameScale, drawnFrom }: ProjectChartsProps) {
  const all = projects.map((project) => ({ project, points: chartPoints(project, summary) }));
  const highest = Math.max(
    ...all.flatMap(({ points }) => points.flatMap((point) => [point.seconds ?? 0, point.previousSeconds ?? 0])),
  );
  const top = sameScale ? highest / 3600 || 1 : undefined;
  return (
    <div class="multiples">
      {all.map(({ project, points }) => (
        <ChartFigure
          key={project.id}
          title={project.name}
          headingLevel={3}
          note={trendNote(project)}
          summary={trendSentence(project)}
          draw={(width) => dailyChart(points, { width, height: 120, top })}
          drawnFrom={`${drawnFrom} ${top}`}
          table={() => pointsTable(points)}
        />
      ))}
    </div>
  );
}
