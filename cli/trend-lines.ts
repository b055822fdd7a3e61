import type { Trend } from "../client/api-types.ts";
import { sparkline } from "./sparkline.ts";
import { tableLines } from "./table.ts";

/** One project's time in two periods, in seconds. */
interface Row {
  readonly name: string;
  readonly current: number;
  readonly previous: number;
  readonly days: readonly number[];
}

const total = (seconds: readonly number[] | null | undefined) => (seconds ?? []).reduce((sum, one) => sum + one, 0);

/**
 * Trends as a table, most time first, and all projects together at its end.
 * @param names of projects by id; one without a name is shown by its id
 */
export function trendLines(trends: readonly Trend[], names: Readonly<Record<string, string>>): string[] {
  const rows = trends
    .map(({ project_id, current_period_seconds, previous_period_seconds }) => ({
      name: names[project_id] ?? `Project ${project_id}`,
      current: total(current_period_seconds),
      previous: total(previous_period_seconds),
      days: current_period_seconds ?? [],
    }))
    .sort((a, b) => b.current - a.current || b.previous - a.previous);
  const right = { align: "right" } as const;
  const columns = [
    { title: "PROJECT" },
    { title: "HOURS", ...right },
    { title: "BEFORE", ...right },
    { title: "CHANGE", ...right },
    { title: "DAY BY DAY" },
  ];
  return tableLines(columns, [...rows, together(rows)].map(cellsOf));
}

function together(rows: readonly Row[]): Row {
  const length = Math.max(0, ...rows.map(({ days }) => days.length));
  return {
    name: `All ${rows.length}`,
    current: total(rows.map(({ current }) => current)),
    previous: total(rows.map(({ previous }) => previous)),
    days: Array.from({ length }, (_, at) => total(rows.map(({ days }) => days[at] ?? 0))),
  };
}

function cellsOf({ name, current, previous, days }: Row): string[] {
  return [name, hours(current), hours(previous), change(current, previous), sparkline(days)];
}

function hours(seconds: number): string {
  return (seconds / 3600).toFixed(1);
}

function change(current: number, previous: number): string {
  if (previous === 0) return current === 0 ? "" : "new";
  const percent = Math.round((100 * (current - previous)) / previous);
  return `${percent > 0 ? "+" : ""}${percent} %`;
}
