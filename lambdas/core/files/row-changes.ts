import type { RowChanges } from "../../../api/export.ts";
import { columnChanges, pairedColumns } from "./columns.ts";

/** How the contents of two files differ. */
export interface Comparison {
  /** Whether they hold the same: of CSV the same rows under the same columns, in whatever order; of workbooks the same sheets. */
  readonly isSame: boolean;
  /** Of CSV alone. */
  readonly changes?: RowChanges;
}

type Cells = readonly string[];

/** Takes the rows below the headers of two files, one file after the other, and keeps those of the first in memory. */
interface RowComparison {
  earlier(cells: Cells): void;
  later(cells: Cells): void;
  result(): Required<Comparison>;
}

/**
 * How the rows of two files differ, whatever their order. Where the headers differ, rows are compared by the columns that
 * both have. Rows that differ count as one that changed if they have the same name (the cells before the first figure,
 * since nobody has published what the columns mean), or another name with the same figures.
 * @param named how many of the first columns name a row, where that is known: then the name alone says which rows belong
 * together
 */
export function rowComparison(earlierHeader: Cells, laterHeader: Cells, named?: number): RowComparison {
  const common = commonColumns(earlierHeader, laterHeader);
  const removed = new Map<string, number>();
  const added: string[] = [];
  return {
    earlier(cells) {
      add(removed, keyOf(cells, common?.earlier), 1);
    },
    later(cells) {
      const key = keyOf(cells, common?.later);
      if (removed.has(key)) add(removed, key, -1);
      else added.push(key);
    },
    result() {
      const gone = [...removed].flatMap(([key, count]) => Array.from({ length: count }, () => key));
      const changed =
        named === undefined ? countChanged(gone, added, common?.laterOrder) : countNamed(gone, added, named);
      return {
        isSame: !columnChanges(earlierHeader, laterHeader) && gone.length + added.length === 0,
        changes: { added: added.length - changed, removed: gone.length - changed, changed },
      };
    },
  };
}

/** Where the columns that both files have stand in each, in the order of the earlier one. */
interface CommonColumns {
  readonly earlier: readonly number[];
  readonly later: readonly number[];
  /** Which of them comes first, second and so on in the later file. */
  readonly laterOrder: readonly number[];
}

/** Undefined where rows are compared whole: all columns are the same, or none that has a name is. */
function commonColumns(earlier: Cells, later: Cells): CommonColumns | undefined {
  const { kept, moved } = pairedColumns(earlier, later);
  if (kept.length === earlier.length && kept.length === later.length) return undefined;
  const pairs = [...kept, ...moved].sort(([a], [b]) => a - b);
  const hasName = earlier.map((name) => name.trim() !== "");
  if (!pairs.some(([place]) => hasName[place])) return undefined;
  const inLater = pairs.map(([, place], column) => ({ place, column })).sort((a, b) => a.place - b.place);
  return {
    earlier: pairs.map(([place]) => place),
    later: pairs.map(([, place]) => place),
    laterOrder: inLater.map(({ column }) => column),
  };
}

/** A row as text, without the empty cells at its end. */
function keyOf(cells: Cells, places?: readonly number[]): string {
  const compared = places ? places.map((place) => cellOf(cells, place)) : cells;
  return JSON.stringify(compared.slice(0, compared.findLastIndex((cell) => cell !== "") + 1));
}

/** Rows can end early. */
function cellOf(cells: Cells, place: number): string {
  return cells[place] ?? "";
}

/** Counts a key up or down; one that reaches zero is removed. */
function add(counts: Map<string, number>, key: string, step: number): void {
  const count = (counts.get(key) ?? 0) + step;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function countNamed(removed: readonly string[], added: readonly string[], named: number): number {
  const nameOf = (key: string) => JSON.stringify(JSON.parse(key).slice(0, named));
  return pairs(removed.map(nameOf), added.map(nameOf));
}

/** @param laterOrder how the later file has the columns, where that is another order */
function countChanged(removed: readonly string[], added: readonly string[], laterOrder?: readonly number[]): number {
  if (removed.length === 0 || added.length === 0) return 0;
  const rows = (keys: readonly string[]): Cells[] => keys.map((key) => JSON.parse(key));
  const [before, after] = [rows(removed), rows(added)];
  const { names, figures } = kindsOfColumns([...before, ...after], laterOrder);
  const textOf = (row: Cells, columns: readonly number[]) =>
    JSON.stringify(columns.map((column) => cellOf(row, column)));
  const nameOf = (row: Cells) => textOf(row, names);
  const figuresOf = (row: Cells) => textOf(row, figures);
  const [namesBefore, namesAfter] = [new Set(before.map(nameOf)), new Set(after.map(nameOf))];
  const renamed = (all: readonly Cells[], others: ReadonlySet<string>) =>
    all.filter((row) => !others.has(nameOf(row)) && figures.some((column) => /[1-9]/.test(cellOf(row, column))));
  return (
    pairs(before.map(nameOf), after.map(nameOf)) +
    pairs(renamed(before, namesAfter).map(figuresOf), renamed(after, namesBefore).map(figuresOf))
  );
}

/**
 * Which columns stand before the first one that holds figures, and the others. The first column is always a name, unless
 * it holds figures and stands elsewhere in the other file. In two orders, a column is a name if it is one in either.
 */
function kindsOfColumns(rows: readonly Cells[], laterOrder: readonly number[] = []) {
  const width = rows.reduce((max, row) => Math.max(max, row.length), laterOrder.length);
  const all = Array.from({ length: width }, (_, column) => column);
  const known = new Map<number, boolean>();
  const holdsFigures = (column: number): boolean => {
    const found = known.get(column) ?? isMostlyFigures(rows.map((row) => cellOf(row, column)));
    known.set(column, found);
    return found;
  };
  const orders = laterOrder.length > 0 ? [all, laterOrder] : [all];
  const isFirstInAll = (column: number) => orders.every(([first]) => first === column);
  const inFront = orders.flatMap((order) => {
    const end = order.findIndex((column, at) => at > 0 && holdsFigures(column));
    return order.slice(0, Math.max(end, 1));
  });
  let names = new Set(inFront.filter((column) => isFirstInAll(column) || !holdsFigures(column)));
  if (names.size === 0) names = new Set(all.filter((column) => !holdsFigures(column)));
  if (names.size === 0) names = new Set(inFront);
  return { names: all.filter((column) => names.has(column)), figures: all.filter((column) => !names.has(column)) };
}

function isMostlyFigures(column: Cells): boolean {
  const cells = column.filter((cell) => !isBlank(cell));
  return cells.filter(isFigure).length * 2 > cells.length;
}

/** How many of these can be paired with an equal one of the others. */
function pairs(some: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const key of some) add(left, key, 1);
  let count = 0;
  for (const key of others) {
    if (!left.has(key)) continue;
    add(left, key, -1);
    count++;
  }
  return count;
}

/** Longer than any figure. */
const maxLength = 40;

const units = "h|hrs?|hours?|m|mins?|minutes?|s|secs?|seconds?|d|days?|w|weeks?|std|tage?";

/** Currencies that are written with letters. */
const lettered = "(?:kr|zł|kč|ft|fr|rs|rp|lei|лв|руб|r|s/)\\.?";

/** A number with its sign, currency, unit or percent sign, in whatever notation; in brackets it is negative. */
const amount = new RegExp(
  String.raw`^\(?[-+−]?\s*([A-Z]{0,3}\p{Sc}|[A-Z]{2,3}(?=[\s\d-])|${lettered}(?=[\s\d]))?\s*[-+−]?\s*(\d[\d.,'’\s]*|[.,]\d+)(e[-+]?\d+)?[-–]?\s*([%‰]|[A-Z]{0,3}\p{Sc}|[A-Z]{3}|${lettered}|${units})?(\s*/\s*(${units}))?\s*\)?$`,
  "iu",
);

/** Such as `01:30:00`, `1h 30m` or `PT1H30M`. */
const duration = new RegExp(
  String.raw`^[-+−]?\s*(\d+:\d\d(:\d\d)?([.,]\d+)?(\s*h)?|(\d[\d.,]*\s*(${units})\.?\s*)+|PT?(\d+[DHMS])+T?(\d+[HMS])*)$`,
  "iu",
);

/** Whether a cell holds a figure rather than a name or a date: an amount, money, a share or a duration. */
export function isFigure(cell: string): boolean {
  return cell.length <= maxLength && (amount.test(cell) || duration.test(cell));
}

/** Whether a cell stands for a figure that there is none of. */
export function isBlank(cell: string): boolean {
  return /^([\s–—-]*|n\/a|null)$/i.test(cell);
}
