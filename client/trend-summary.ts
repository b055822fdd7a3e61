/** A project's entry in Toggl's answer. */
export interface TrendItem {
  readonly project_id: number;
  readonly user_ids?: readonly number[] | null;
  readonly current_period_seconds?: readonly (number | null)[] | null;
  readonly previous_period_seconds?: readonly (number | null)[] | null;
}

/** Days from the first to the last, both included, as YYYY-MM-DD. */
export interface Days {
  readonly first: string;
  readonly last: string;
}

/** What trends are about. */
export interface TrendPeriod {
  readonly current: Days;
  readonly previous: Days;
}

/** Seconds day by day; null where Toggl says nothing about a day, which is not the same as no work. */
export type DailySeconds = readonly (number | null)[];

/** Two periods, day by day, with what they come to: null without any day of data, which leaves no change to tell. */
export interface Trend {
  readonly current: DailySeconds;
  readonly previous: DailySeconds;
  readonly total: number | null;
  readonly previousTotal: number | null;
  readonly change: number | null;
  /** Seconds a day, of the days that have data. */
  readonly average: number | null;
  readonly previousAverage: number | null;
}

export interface ProjectTrend extends Trend {
  readonly id: number;
  readonly name: string;
  /** How many worked on it in the period. */
  readonly people: number;
}

/** A project of which it is known how much it changed. */
export type ChangedProject = ProjectTrend & { readonly change: number };

export interface TrendSummary {
  readonly days: readonly string[];
  readonly previousDays: readonly string[];
  readonly overall: Trend;
  readonly projects: readonly ProjectTrend[];
}

/** Toggl's answer is a bare list, a list under `items`, or null for an empty one. */
export function trendItems(answer: unknown): readonly TrendItem[] {
  if (Array.isArray(answer)) return answer;
  const items = typeof answer === "object" && answer !== null && "items" in answer ? answer.items : [];
  return Array.isArray(items) ? items : [];
}

/** @param items what Toggl says of a day that lies beyond its period is left out */
export function summarize(
  items: readonly TrendItem[],
  period: TrendPeriod,
  nameOf: (id: number) => string,
): TrendSummary {
  const [days, previousDays] = [daysOf(period.current), daysOf(period.previous)];
  const projects = items.map((item): ProjectTrend => {
    const current = padded(item.current_period_seconds, days.length);
    const previous = padded(item.previous_period_seconds, previousDays.length);
    const { project_id: id, user_ids } = item;
    return { id, name: nameOf(id), people: user_ids?.length ?? 0, ...trendOf(current, previous) };
  });
  return { days, previousDays, overall: sumOfTrends(projects, days.length, previousDays.length), projects };
}

/** What projects come to together, day by day. */
export function sumOfTrends(projects: readonly Trend[], days: number, previousDays: number): Trend {
  const sumOf = (length: number, series: (trend: Trend) => DailySeconds) =>
    Array.from({ length }, (_, at) => sumOrNull(projects.map((one) => series(one)[at])));
  return trendOf(
    sumOf(days, ({ current }) => current),
    sumOf(previousDays, ({ previous }) => previous),
  );
}

/** How many days without data there are. */
export function missingDays(values: DailySeconds): number {
  return values.filter((value) => value === null).length;
}

/** The biggest changes, the biggest rise first and the biggest fall last. */
export function ranked(projects: readonly ProjectTrend[], maxOfEach: number): ChangedProject[] {
  const sorted = projects.filter(isKnownChange).sort((a, b) => b.change - a.change);
  const risers = sorted.filter(({ change }) => change > 0).slice(0, maxOfEach);
  const fallers = sorted.filter(({ change }) => change < 0).slice(-maxOfEach);
  return [...risers, ...fallers];
}

/** Which way it went; empty if neither. */
export function directionOf(change: number | null): "rise" | "fall" | "" {
  if (!change) return "";
  return change > 0 ? "rise" : "fall";
}

function isKnownChange(project: ProjectTrend): project is ChangedProject {
  return project.change !== null;
}

function trendOf(current: DailySeconds, previous: DailySeconds): Trend {
  const [total, previousTotal] = [sumOrNull(current), sumOrNull(previous)];
  const change = total === null || previousTotal === null ? null : total - previousTotal;
  const [average, previousAverage] = [averageOf(total, current), averageOf(previousTotal, previous)];
  return { current, previous, total, previousTotal, change, average, previousAverage };
}

function averageOf(total: number | null, days: DailySeconds): number | null {
  return total === null ? null : total / (days.length - missingDays(days));
}

const dayMs = 86_400_000;

/** Each day, as YYYY-MM-DD. */
export function daysOf({ first, last }: Days): string[] {
  const length = Math.round((Date.parse(last) - Date.parse(first)) / dayMs) + 1;
  return Array.from({ length: Math.max(0, length) }, (_, at) =>
    new Date(Date.parse(first) + at * dayMs).toISOString().slice(0, 10),
  );
}

/** One project's time in two periods, for a program; what Toggl gave no figures for is undefined, which is not zero. */
export interface ProjectFigures {
  readonly project_id: number;
  /** Undefined where it is not known. */
  readonly name: string | undefined;
  readonly current_seconds: number | undefined;
  readonly previous_seconds: number | undefined;
  /** Undefined too where there was no time before. */
  readonly change_percent: number | undefined;
  /** Seconds of each day; null for one without a figure. */
  readonly days: DailySeconds;
}

/**
 * Projects, most time first.
 * @param previousDays how many days the period before has: Toggl gives as many as the period, and those after are left out
 */
export function projectFigures(
  items: readonly TrendItem[],
  names: Readonly<Record<string, string>>,
  previousDays = Number.POSITIVE_INFINITY,
): ProjectFigures[] {
  return items
    .map(({ project_id, current_period_seconds, previous_period_seconds }) => {
      const days = current_period_seconds ?? [];
      return {
        project_id,
        name: names[project_id],
        ...figuresOf(sumOrNull(days), sumOrNull((previous_period_seconds ?? []).slice(0, previousDays))),
        days,
      };
    })
    .sort(
      (a, b) =>
        (b.current_seconds ?? 0) - (a.current_seconds ?? 0) || (b.previous_seconds ?? 0) - (a.previous_seconds ?? 0),
    );
}

export function figuresOf(total: number | null, previousTotal: number | null) {
  return {
    current_seconds: total ?? undefined,
    previous_seconds: previousTotal ?? undefined,
    change_percent:
      total === null || !previousTotal ? undefined : Math.round((100 * (total - previousTotal)) / previousTotal),
  };
}

/** Days beyond the list's end have no data. */
function padded(values: TrendItem["current_period_seconds"], length: number): DailySeconds {
  return Array.from({ length }, (_, at) => values?.[at] ?? null);
}

/** Null where there is no figure at all. */
export function sumOrNull(values: readonly (number | null | undefined)[]): number | null {
  const known = values.filter((value) => typeof value === "number");
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}
