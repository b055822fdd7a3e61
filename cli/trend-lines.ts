import { figuresOf, type ProjectFigures, sumOrNull } from "../client/trend-summary.ts";
import { tableLines } from "./table.ts";

interface LineOptions {
  /** Whether there is a period before to compare with. */
  readonly compared: boolean;
  /** Columns of the terminal. */
  readonly width?: number | undefined;
}

/** Trends as a table, and all projects together at its end. */
export function trendLines(summaries: readonly ProjectFigures[], { compared, width }: LineOptions): string[] {
  const right = { align: "right" } as const;
  const columns = [
    { title: "PROJECT", shortens: true },
    { title: "HOURS", ...right },
    ...(compared
      ? [
          { title: "BEFORE", ...right },
          { title: "CHANGE", ...right },
        ]
      : []),
    { title: "DAY BY DAY" },
  ];
  const rows = [...summaries, together(summaries)].map(
    ({ project_id, name = `Project ${project_id}`, current_seconds, previous_seconds, change_percent, days }) => [
      name,
      hours(current_seconds),
      ...(compared ? [hours(previous_seconds), changeText(current_seconds, previous_seconds, change_percent)] : []),
      sparkline(days),
    ],
  );
  return tableLines(columns, rows, width);
}

function together(summaries: readonly ProjectFigures[]): ProjectFigures {
  const length = Math.max(0, ...summaries.map(({ days }) => days.length));
  const current = sumOrNull(summaries.map(({ current_seconds }) => current_seconds));
  const previous = sumOrNull(summaries.map(({ previous_seconds }) => previous_seconds));
  return {
    project_id: 0,
    name: `All ${summaries.length}`,
    ...figuresOf(current, previous),
    days: Array.from({ length }, (_, at) => sumOrNull(summaries.map(({ days }) => days[at]))),
  };
}

const hours = (seconds: number | undefined): string => (seconds === undefined ? "–" : (seconds / 3600).toFixed(1));

function changeText(current: number | undefined, previous: number | undefined, percent: number | undefined): string {
  if (previous === 0 && current) return "new";
  if (percent === undefined) return "";
  return `${percent > 0 ? "+" : ""}${percent} %`;
}

const bars = "▁▂▃▄▅▆▇█";

/** How many marks a line has room for. */
const maxMarks = 31;

/** Figures as a line of small bars, with a gap where there is none; neighbours share a bar where there are too many. */
export function sparkline(figures: readonly (number | null)[]): string {
  const perBar = Math.max(1, Math.ceil(figures.length / maxMarks));
  const sums = Array.from({ length: Math.ceil(figures.length / perBar) }, (_, at) =>
    sumOf(figures.slice(at * perBar, (at + 1) * perBar)),
  );
  const max = Math.max(...sums.map((sum) => sum ?? 0), 1);
  return sums.map((sum) => (sum === undefined ? " " : barOf(sum / max))).join("");
}

function sumOf(figures: readonly (number | null)[]): number | undefined {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? undefined : known.reduce((sum, figure) => sum + figure, 0);
}

/** The lowest bar is for nothing alone. */
function barOf(share: number): string | undefined {
  return share === 0 ? bars[0] : bars[Math.max(1, Math.round(share * (bars.length - 1)))];
}
