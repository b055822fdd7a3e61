import { useMemo } from "preact/hooks";
import { summarize, type TrendPeriod, type TrendSummary, trendItems } from "../../../client/trend-summary.ts";
import { addressProblem } from "../address-problem.ts";
import { callWorkspace } from "../call-console.ts";
import { projectName, useNames } from "../names.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { saveFile } from "../save-file.ts";
import { useLoaded } from "../use-loaded.ts";
import type { ViewProps } from "../view-address.ts";
import { areShown } from "../wording.ts";
import { KeyFigures } from "./key-figures.tsx";
import { PeriodControls } from "./period-controls.tsx";
import { ProjectTable } from "./project-table.tsx";
import { TrendCharts } from "./trend-charts.tsx";
import { periodError, trendPeriod } from "./trend-period.ts";
import { csvFile, daysTable, totalsTable } from "./trend-tables.ts";

/** What changed: a period against the one before, overall and project by project. */
export function TrendsView({ workspaceId, settings, change }: ViewProps) {
  const period = trendPeriod(settings, today());
  const error = periodError(settings);
  const key = JSON.stringify([workspaceId, period]);
  const { value, problem, isLoading, reload } = useLoaded(key, () => loadTrends(workspaceId, period));
  const items = useMemo(() => value && trendItems(value.answer), [value]);
  const names = useNames(workspaceId, items?.map(({ project_id }) => project_id) ?? []);
  const summary = useMemo(
    () => items && summarize(items, period, (id) => projectName(id, names)),
    [items, key, names.projects],
  );
  return (
    <>
      <PeriodControls settings={settings} change={change} period={period} />
      <ProblemAlert problem={error === "" ? undefined : addressProblem(error)} />
      <ProblemAlert problem={problem} onRetry={reload} />
      <p role="status" class={isLoading ? "loading" : "visually-hidden"}>
        {isLoading ? "Asking Toggl…" : summary && `Trends of ${areShown(summary.projects.length, "project")}`}
      </p>
      {summary?.projects.length === 0 && <p class="empty">Toggl has no projects with trends for these days.</p>}
      {summary && summary.projects.length > 0 && (
        <>
          <KeyFigures {...summary} />
          <TrendCharts
            summary={summary}
            settings={settings}
            change={change}
            drawnFrom={`${key} ${Object.keys(names.projects).length}`}
          />
          <ProjectTable projects={summary.projects} overall={summary.overall} />
          <Downloads summary={summary} period={period} />
        </>
      )}
    </>
  );
}

function Downloads({ summary, period: { current } }: { summary: TrendSummary; period: TrendPeriod }) {
  const span = `${current.first}_${current.last}`;
  return (
    <p class="actions">
      <button type="button" onClick={() => saveFile(`trends-${span}.csv`, csvFile(totalsTable(summary)))}>
        Download totals (CSV)
      </button>
      <button type="button" onClick={() => saveFile(`trends-by-day-${span}.csv`, csvFile(daysTable(summary)))}>
        Download days (CSV)
      </button>
      <button type="button" onClick={() => print()}>
        Print
      </button>
    </p>
  );
}

/** In a wrapper, since the answer itself can be null. */
async function loadTrends(workspaceId: number, { current, previous }: TrendPeriod): Promise<{ answer: unknown }> {
  const body = { start_date: current.first, end_date: current.last, previous_period_start: previous.first };
  return { answer: await callWorkspace<unknown>(workspaceId, "data_trends/projects", { method: "POST", body }) };
}

/** In the viewer's calendar. */
function today(): string {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth(), now.getDate())).toISOString().slice(0, 10);
}
