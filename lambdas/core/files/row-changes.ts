import type { RowChanges } from "../../../api/export.ts";

/** How the contents of two files differ. */
export interface Comparison {
  /** Whether they hold the same: of CSV the same rows under the same columns, in whatever order; of workbooks the same sheets. */
  readonly isSame: boolean;
  /** Of CSV alone. */
  readonly changes?: RowChanges;
}

type Cells = readonly string[];

/** Takes the rows of two files, one file after the other, and keeps those of the first in memory. */
interface RowComparison {
  earlier(cells: Cells): void;
  later(cells: Cells): void;
  result(): Required<Comparison>;
}

/**
 * How the rows of two files differ, whatever their order. The first row of each is its header and no row; where the
 * columns differ, rows are compared by those that both have. Rows that differ count as one that changed if they have the
 * same name (the cells before the first figure, since nobody has published what the columns mean), or another name with
 * the same figures.
 */
export function rowComparison(): RowComparison {
  const header: { earlier?: Cells; later?: Cells } = {};
  let common: CommonColumns | undefined;
  let removed = new Map<string, number>();
  const added: string[] = [];
  return {
    earlier(cells) {
      if (header.earlier) add(removed, keyOf(cells), 1);
      else header.earlier = withoutEmptyEnd(cells);
    },
    later(cells) {
      if (!header.later) {
        header.later = withoutEmptyEnd(cells);
        common = commonColumns(header.earlier ?? [], header.later);
        if (common) removed = reducedTo(common.earlier, removed);
        return;
      }
      const key = keyOf(cells, common?.later);
      if (removed.has(key)) add(removed, key, -1);
      else added.push(key);
    },
    result() {
      const gone = [...removed].flatMap(([key, count]) => Array.from({ length: count }, () => key));
      const changed = countChanged(gone, added);
      return {
        isSame: JSON.stringify(header.earlier) === JSON.stringify(header.later) && gone.length + added.length === 0,
        changes: { added: added.length - changed, removed: gone.length - changed, changed },
      };
    },
  };
}

/** Where the columns that both files have stand in each. */
interface CommonColumns {
  readonly earlier: readonly number[];
  readonly later: readonly number[];
}

/** Undefined where rows are compared whole: all columns are the same, or none are. */
function commonColumns(earlier: Cells, later: Cells): CommonColumns | undefined {
  const [before, after] = [numbered(earlier), numbered(later)];
  if (before.join("\n") === after.join("\n")) return undefined;
  const common = before.filter((name) => after.includes(name));
  if (common.length === 0) return undefined;
  return { earlier: common.map((name) => before.indexOf(name)), later: common.map((name) => after.indexOf(name)) };
}

function reducedTo(places: readonly number[], rows: ReadonlyMap<string, number>): Map<string, number> {
  const reduced = new Map<string, number>();
  for (const [key, count] of rows) add(reduced, keyOf(JSON.parse(key), places), count);
  return reduced;
}

/** Names of columns, told apart where two are the same. */
function numbered(header: Cells): string[] {
  const seen = new Map<string, number>();
  return header.map((name) => {
    add(seen, name, 1);
    return `${name} ${seen.get(name)}`;
  });
}

function keyOf(cells: Cells, places?: readonly number[]): string {
  return JSON.stringify(withoutEmptyEnd(places ? places.map((place) => cells[place] ?? "") : cells));
}

function withoutEmptyEnd(cells: Cells): Cells {
  return cells.at(-1) === "" ? cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1) : cells;
}

/** Counts a key up or down; one that reaches zero is removed. */
function add(counts: Map<string, number>, key: string, step: number): void {
  const count = (counts.get(key) ?? 0) + step;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function countChanged(removed: readonly string[], added: readonly string[]): number {
  if (removed.length === 0 || added.length === 0) return 0;
  const rows = (keys: readonly string[]): Cells[] => keys.map((key) => JSON.parse(key));
  const [before, after] = [rows(removed), rows(added)];
  const names = nameColumns([...before, ...after]);
  const nameOf = (row: Cells) => JSON.stringify(row.slice(0, names));
  const figuresOf = (row: Cells) => JSON.stringify(row.slice(names));
  const [namesBefore, namesAfter] = [new Set(before.map(nameOf)), new Set(after.map(nameOf))];
  const renamed = (all: readonly Cells[], others: ReadonlySet<string>) =>
    all.filter((row) => !others.has(nameOf(row)) && row.slice(names).some((cell) => /[1-9]/.test(cell)));
  return (
    pairs(before.map(nameOf), after.map(nameOf)) +
    pairs(renamed(before, namesAfter).map(figuresOf), renamed(after, namesBefore).map(figuresOf))
  );
}

/** How many columns stand before the first one that holds figures; at least one. */
function nameColumns(rows: readonly Cells[]): number {
  const width = rows.reduce((max, row) => Math.max(max, row.length), 0);
  for (let column = 1; column < width; column++) {
    const cells = rows.map((row) => row[column] ?? "").filter((cell) => !isBlank(cell));
    if (cells.length > 0 && cells.filter(isFigure).length * 2 > cells.length) return column;
  }
  return 1;
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
