import { useMemo } from "preact/hooks";
import type { Trend } from "../../../client/trend-summary.ts";
import { ChartFigure } from "../charts/chart-figure.tsx";
import { trendLegend, trendReadings } from "../charts/chart-point.ts";
import { trendChart } from "../charts/trend-chart.ts";
import { dayRange } from "../wording.ts";
import { barNote, barUnit, chartPoints, pointsTable } from "./chart-points.ts";
import { trendNote, trendSentence } from "./trend-words.ts";
import type { ShownTrends } from "./use-trends.ts";

const height = 340;

interface TrendFigureProps {
  readonly title: string;
  readonly headingLevel: 2 | 3;
  readonly trend: Trend;
  readonly shown: ShownTrends;
}

/** The large chart of a project, or of all of them. */
export function TrendFigure({ title, headingLevel, trend, shown }: TrendFigureProps) {
  const { summary, period, drawnFrom } = shown;
  const unit = barUnit(summary);
  const points = useMemo(() => chartPoints(trend, summary), [trend, summary]);
  const readings = useMemo(() => trendReadings(points), [points]);
  const { current, previous } = period;
  const texts = { current: dayRange(current.first, current.last), previous: dayRange(previous.first, previous.last) };
  return (
    <ChartFigure
      title={title}
      headingLevel={headingLevel}
      note={[trendNote(trend), barNote(summary)].filter(Boolean).join(". ")}
      summary={trendSentence(trend)}
      legend={trendLegend(points, { unit, ...texts })}
      readings={readings}
      height={height}
      draw={(width) => trendChart(points, { width, height, unit })}
      drawnFrom={`${drawnFrom} ${title}`}
      table={() => pointsTable(points)}
    />
  );
}
