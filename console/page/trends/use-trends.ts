import { useMemo } from "preact/hooks";
import { summarize, type TrendItem, type TrendPeriod, type TrendSummary } from "../../../client/trend-summary.ts";
import { clientChoices, clientOf, projectName, useNames } from "../names.ts";
import { useLoaded } from "../use-loaded.ts";
import { forgetTrends, loadTrends } from "./load-trends.ts";
import { trendsRequest, wantedItems } from "./trend-filter.ts";
import { trendPeriod } from "./trend-period.ts";

/** Trends that are there, and what they are of. */
export interface ShownTrends {
  readonly summary: TrendSummary;
  readonly period: TrendPeriod;
  /** What drawings of them depend on. */
  readonly drawnFrom: string;
}

const none: readonly TrendItem[] = [];

/** The trends that a view's settings mean, with names. */
export function useTrends(workspaceId: number, settings: Readonly<Record<string, string>>, now: number) {
  const period = trendPeriod(settings, now);
  const request = trendsRequest(period, settings);
  const key = JSON.stringify([workspaceId, request, period.previous.last]);
  const { value, problem, isLoading, reload } = useLoaded(key, () => loadTrends(workspaceId, request));
  const names = useNames(
    workspaceId,
    (value?.items ?? none).map(({ project_id }) => project_id),
  );
  const { projects, clients } = settings;
  const drawnFrom = `${key} ${projects} ${clients} ${Object.keys(names.projects).length}`;
  const shown = useMemo((): ShownTrends | undefined => {
    if (!value) return undefined;
    const wanted = wantedItems(value.items, settings, (id) => clientOf(id, names));
    return { summary: summarize(wanted, period, (id) => projectName(id, names)), period, drawnFrom };
  }, [value, drawnFrom, names]);
  return {
    period,
    shown,
    /** Every project that there are trends of, whatever is chosen. */
    projects: useMemo(
      () => (value?.items ?? none).map(({ project_id: id }) => ({ id: String(id), name: projectName(id, names) })),
      [value, names.projects],
    ),
    /** Whose they are. */
    clients: useMemo(
      () =>
        clientChoices(
          (value?.items ?? none).map(({ project_id }) => project_id),
          names,
        ),
      [value, names],
    ),
    problem,
    isLoading,
    askedAt: value?.askedAt,
    retry: reload,
    askAgain() {
      forgetTrends(workspaceId, request);
      reload();
    },
  };
}
