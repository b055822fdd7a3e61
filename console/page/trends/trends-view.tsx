import type { TrendSummary } from "../../../client/trend-summary.ts";
import { addressProblem } from "../address-problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { saveFile } from "../save-file.ts";
import type { ViewProps } from "../view-address.ts";
import { clock, count } from "../wording.ts";
import { KeyFigures } from "./key-figures.tsx";
import { PeriodControls } from "./period-controls.tsx";
import { ProjectTable } from "./project-table.tsx";
import { TrendCharts } from "./trend-charts.tsx";
import { filterError } from "./trend-filter.ts";
import { periodError } from "./trend-period.ts";
import { csvFile, daysTable, totalsTable } from "./trend-tables.ts";
import { useKeptChoice } from "./use-kept-choice.ts";
import { type ShownTrends, useTrends } from "./use-trends.ts";

/** What changed: a period against the one before, overall and project by project. */
export function TrendsView(props: ViewProps) {
  const { workspaceId, change } = props;
  const settings = useKeptChoice(props);
  const now = Date.now();
  const { period, shown, projects, clients, problem, isLoading, askedAt, retry, askAgain } = useTrends(
    workspaceId,
    settings,
    now,
  );
  const error = [periodError(settings, now), filterError(settings)].filter(Boolean).join(" ");
  const isEmpty = shown?.summary.projects.length === 0;
  return (
    <div class="trends">
      <PeriodControls
        settings={settings}
        change={change}
        period={period}
        projects={projects}
        clients={clients}
        now={now}
      />
      <ProblemAlert problem={error === "" ? undefined : addressProblem(error)} />
      <ProblemAlert problem={problem} onRetry={retry} />
      <div class="trends-status">
        <p role="status">{isLoading ? "Asking Toggl…" : shown && statusText(shown.summary, askedAt)}</p>
        {shown && !isLoading && (
          <button type="button" class="quiet" onClick={askAgain}>
            Ask again
          </button>
        )}
      </div>
      {isEmpty && <p class="empty">Toggl has no projects with trends for these days and filters.</p>}
      {!isEmpty && (shown || isLoading) && (
        <>
          <KeyFigures summary={shown?.summary} />
          <ProjectTable settings={settings} change={change} shown={shown} />
        </>
      )}
      {shown && !isEmpty && (
        <>
          <TrendCharts shown={shown} />
          <Downloads shown={shown} />
        </>
      )}
    </div>
  );
}

function statusText({ projects }: TrendSummary, askedAt = 0): string {
  return `${count(projects.length, "project")}, asked at ${clock(new Date(askedAt).toISOString())}.`;
}

function Downloads({ shown: { summary, period } }: { shown: ShownTrends }) {
  const span = `${period.current.first}_${period.current.last}`;
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
