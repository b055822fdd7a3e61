import { searchFor } from "../search-words.ts";
import { compareNames, figure } from "../wording.ts";

/** A file's rows, as the console's server gives them. */
export interface FileTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Which columns hold figures. */
  readonly figures: readonly number[];
}

/** A figure as a number, and how many decimals it was written with. */
interface Figure {
  readonly value: number;
  readonly decimals: number;
}

/**
 * A cell that can be added up: a plain decimal number. Shares, durations and amounts with separators or a currency
 * sign are shown and sorted as they stand.
 */
export function figureIn(cell: string): Figure | undefined {
  const [, whole, fraction = ""] = /^([-+−]?\d{1,15})(?:\.(\d{1,10}))?$/.exec(cell.trim()) ?? [];
  if (whole === undefined) return undefined;
  return { value: Number(cell.trim().replace("−", "-")), decimals: fraction.length };
}

/** What sorts a cell: its number where it begins with one. */
function sortValue(cell: string): number {
  const plain = figureIn(cell)?.value;
  if (plain !== undefined) return plain;
  const [, minus, digits] = /^\(?\s*([-−]?)[^\d]{0,5}([\d,.' ]*\d)/.exec(cell.trim()) ?? [];
  if (digits === undefined) return Number.NaN;
  const value = Number(digits.replaceAll(/[,' ]/g, ""));
  return minus || cell.trim().startsWith("(") ? -value : value;
}

/**
 * A file's cells as they are shown: a column whose figures have decimals, with as many in each, so that the points
 * stand below each other. A column of whole numbers, which may be ids, stays as it is.
 */
export function cellTexts({ columns, rows, figures }: FileTable): (cell: string, column: number) => string {
  const decimals = columns.map((_, column) => {
    if (!figures.includes(column)) return 0;
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => !isBlank(cell));
    const found = cells.map((cell) => figureIn(cell)?.decimals);
    return found.includes(undefined) ? 0 : Math.max(0, ...(found as number[]));
  });
  return (cell, column) => {
    const digits = decimals[column] ?? 0;
    return digits === 0 || isBlank(cell) ? cell : figure(figureIn(cell)?.value ?? 0, digits);
  };
}

/** The sum of each column of figures; undefined where not all cells can be added up. */
export function totalsOf({ columns, rows, figures }: FileTable): (string | undefined)[] {
  return columns.map((_, column) => {
    if (!figures.includes(column)) return undefined;
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => !isBlank(cell));
    const added = cells.map(figureIn);
    if (added.some((one) => one === undefined)) return undefined;
    return sumText(added as Figure[]);
  });
}

function sumText(figures: readonly Figure[]): string {
  const decimals = Math.max(0, ...figures.map((one) => one.decimals));
  return figure(
    figures.reduce((sum, { value }) => sum + value, 0),
    decimals,
  );
}

export function isBlank(cell: string): boolean {
  return /^\s*[-–—]?\s*$/.test(cell);
}

/** Which column sorts, and whether the largest or last comes first. */
export interface SortBy {
  readonly column: number;
  readonly isDescending: boolean;
}

/** Rows whose text has all that is looked for, in order; blanks come last either way. */
export function shownRows(
  { rows, figures }: Pick<FileTable, "rows" | "figures">,
  { text, sort }: { text: string; sort: SortBy | undefined },
): readonly (readonly string[])[] {
  const fits = searchFor(text);
  const found = text.trim() === "" ? rows : rows.filter((row) => fits(row.join("\n")));
  if (!sort) return found;
  const { column, isDescending } = sort;
  const way = isDescending ? -1 : 1;
  if (figures.includes(column)) {
    const keyed = found.map((row) => ({ row, key: sortValue(row[column] ?? "") }));
    return keyed.sort((one, other) => compareNumbers(one.key, other.key, way)).map(({ row }) => row);
  }
  const cellOf = (row: readonly string[]) => row[column] ?? "";
  return [...found].sort(
    (one, other) =>
      Number(isBlank(cellOf(one))) - Number(isBlank(cellOf(other))) || way * compareNames(cellOf(one), cellOf(other)),
  );
}

function compareNumbers(one: number, other: number, way: number): number {
  if (Number.isNaN(one) || Number.isNaN(other)) return Number(Number.isNaN(one)) - Number(Number.isNaN(other));
  return way * (one - other);
}
