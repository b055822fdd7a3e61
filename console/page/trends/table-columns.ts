import { directionOf, type ProjectTrend, type Trend } from "../../../client/trend-summary.ts";
import { searchFor } from "../search-words.ts";
import { changeShare, compareNames, hours, hoursChange } from "../wording.ts";

interface Column {
  readonly label: string;
  /** What rows are sorted by; undefined is nothing to compare, and comes last whatever the order. */
  readonly valueOf: (project: ProjectTrend) => number | string | undefined;
  /** What stands in the cell of a project, or of several together. */
  readonly textOf: (trend: Trend) => string;
  /** Which way it went, where that has a colour. */
  readonly direction?: (trend: Trend) => "rise" | "fall" | "";
}

export type ColumnName = "hours" | "before" | "change" | "share" | "average" | "average-change";

/** The figures of each row, from left to right. */
export const columns: Readonly<Record<ColumnName, Column>> = {
  hours: { label: "Hours", valueOf: ({ total }) => total ?? undefined, textOf: ({ total }) => hours(total) },
  before: {
    label: "Before",
    valueOf: ({ previousTotal }) => previousTotal ?? undefined,
    textOf: ({ previousTotal }) => hours(previousTotal),
  },
  change: {
    label: "Change",
    valueOf: ({ change }) => change ?? undefined,
    textOf: ({ change }) => hoursChange(change),
    direction: ({ change }) => directionOf(change),
  },
  share: {
    label: "Change %",
    valueOf: ({ total, previousTotal }) => shareOf(total, previousTotal),
    textOf: ({ total, previousTotal }) => changeShare(total, previousTotal),
    direction: ({ change }) => directionOf(change),
  },
  average: {
    label: "A day",
    valueOf: ({ average }) => average ?? undefined,
    textOf: ({ average }) => hours(average),
  },
  "average-change": {
    label: "A day %",
    valueOf: ({ average, previousAverage }) => shareOf(average, previousAverage),
    textOf: ({ average, previousAverage }) => changeShare(average, previousAverage),
    direction: ({ average, previousAverage }) => directionOf(differenceOf(average, previousAverage)),
  },
};

/** Everything that rows can be sorted by, with its name in words. */
export const sortLabels = {
  name: "Project",
  ...(Object.fromEntries(Object.entries(columns).map(([name, { label }]) => [name, label])) as Record<
    ColumnName,
    string
  >),
  people: "People",
} as const;

export type SortName = keyof typeof sortLabels;

export interface Sort {
  readonly by: SortName;
  readonly isDescending: boolean;
}

/** How a view's settings have rows sorted: `hours` is upwards, `-hours` downwards; most hours first without a word. */
export function sortOf({ sort = "" }: Readonly<Record<string, string>>): Sort {
  const by = sort.replace(/^-/, "");
  return isSortName(by) ? { by, isDescending: sort.startsWith("-") } : { by: "hours", isDescending: true };
}

/** The setting that sorts by a column at first: the highest figures, names from A on. */
export function firstSort(by: SortName): string {
  return by === "name" ? by : `-${by}`;
}

/** The setting that sorts by a column, or turns it round. */
export function nextSort({ by, isDescending }: Sort, wanted: SortName): string {
  if (by !== wanted) return firstSort(wanted);
  return isDescending ? wanted : `-${wanted}`;
}

/** Sorted; rows that are alike stand by name. */
export function sortedProjects(projects: readonly ProjectTrend[], { by, isDescending }: Sort): ProjectTrend[] {
  const sign = isDescending ? -1 : 1;
  return projects
    .map((project) => ({ project, value: sortValue(project, by) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined) {
        return Number(a.value === undefined) - Number(b.value === undefined) || byName(a.project, b.project);
      }
      return sign * compare(a.value, b.value) || byName(a.project, b.project);
    })
    .map(({ project }) => project);
}

/** The projects whose name has all the words that somebody looks for, whatever their case and accents; or whose id it is. */
export function foundProjects(projects: readonly ProjectTrend[], wanted: string): readonly ProjectTrend[] {
  if (wanted.trim() === "") return projects;
  const fits = searchFor(wanted);
  return projects.filter(({ id, name }) => wanted.trim() === String(id) || fits(name));
}

function isSortName(text: string): text is SortName {
  return Object.hasOwn(sortLabels, text);
}

function sortValue(project: ProjectTrend, by: SortName): number | string | undefined {
  if (by === "name") return project.name;
  return by === "people" ? project.people : columns[by].valueOf(project);
}

function byName(a: ProjectTrend, b: ProjectTrend): number {
  return compareNames(a.name, b.name) || a.id - b.id;
}

function compare(a: number | string, b: number | string): number {
  if (typeof a === "string" || typeof b === "string") return compareNames(String(a), String(b));
  return a === b ? 0 : a - b;
}

/** What was not there before has grown more than anything else. */
function shareOf(now: number | null, before: number | null): number | undefined {
  if (now === null || before === null) return undefined;
  if (before === 0) return now === 0 ? 0 : Number.POSITIVE_INFINITY;
  return (now - before) / before;
}

function differenceOf(now: number | null, before: number | null): number | null {
  return now === null || before === null ? null : now - before;
}
