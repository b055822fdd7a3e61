import type { ProjectTrend, TrendSummary } from "../../../client/trend-summary.ts";

type Row = readonly (string | number | null)[];

/** A row for each project: what it came to in both periods; what has no data has an empty cell. */
export function totalsTable({ projects, overall }: Pick<TrendSummary, "projects" | "overall">): Row[] {
  const figures = ({ total, previousTotal, change, average, previousAverage }: TrendSummary["overall"]) => [
    inHours(total),
    inHours(previousTotal),
    inHours(change),
    percent(total, previousTotal),
    inHours(average),
    percent(average, previousAverage),
  ];
  return [
    [
      ...["project_id", "project", "hours", "previous_hours", "change_hours", "change_percent"],
      ...["daily_average_hours", "daily_average_change_percent", "contributors"],
    ],
    ...projects.map((project) => [project.id, project.name, ...figures(project), project.people]),
    [null, "All projects", ...figures(overall), null],
  ];
}

/** A row for each project and day; a day without data has an empty cell. */
export function daysTable({ projects, days, previousDays }: TrendSummary): Row[] {
  const rowsOf = ({ id, name, current, previous }: ProjectTrend) =>
    days.map((day, at) => [id, name, day, current[at] ?? null, previousDays[at] ?? null, previous[at] ?? null]);
  return [["project_id", "project", "day", "seconds", "previous_day", "previous_seconds"], ...projects.flatMap(rowsOf)];
}

function inHours(seconds: number | null): number | null {
  return seconds === null ? null : rounded(seconds / 3600);
}

function percent(now: number | null, before: number | null): number | null {
  return now === null || !before ? null : rounded((100 * (now - before)) / before);
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** What a spreadsheet would run as a formula. */
const formula = /^[=+\-@\t\r＝＋－＠]/;

/**
 * A table as CSV (RFC 4180) that a spreadsheet opens without running any of it.
 * @param rows null for a cell without a value, which stays empty
 */
export function csvText(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(cellText).join(",")}\r\n`).join("");
}

function cellText(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = formula.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Excel takes UTF-8 for what it is only after a byte order mark. */
export function csvFile(rows: Parameters<typeof csvText>[0]): Blob {
  return new Blob(["\uFEFF", csvText(rows)], { type: "text/csv;charset=utf-8" });
}
