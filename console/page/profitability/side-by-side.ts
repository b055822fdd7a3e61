import { type FileTable, figureIn, isBlank } from "../tables/file-table.ts";

/** A row of two files side by side: the names that they have alike, and both figures of each column. */
export interface PairedRow {
  readonly names: readonly string[];
  readonly figures: readonly { readonly here: number | undefined; readonly there: number | undefined }[];
}

export interface PairedTable {
  readonly nameColumns: readonly string[];
  readonly figureColumns: readonly string[];
  /** With how many decimals each is written. */
  readonly decimals: readonly number[];
  readonly rows: readonly PairedRow[];
  readonly totals: PairedRow["figures"];
}

/**
 * Two periods' files side by side. Rows belong together by their names: the columns before the figures, without those
 * that only say the period. Rows of the same name, such as a project's weeks, are added up.
 * @returns undefined if no column of both can be added up
 */
export function sideBySide(here: FileTable, there: FileTable): PairedTable | undefined {
  const shared = here.figures
    .map((column) => here.columns[column] ?? "")
    .filter((name) => canBeAdded(here, name) && canBeAdded(there, name));
  if (shared.length === 0) return undefined;
  const first = Math.min(...here.figures);
  const names = here.columns.slice(0, first).filter((name) => there.columns.includes(name));
  const telling = names.filter((name) => !saysPeriod(name, here, there));
  const nameColumns = telling.length > 0 ? telling : names.slice(0, 1);
  const [sumsHere, sumsThere] = [sumsByName(here, nameColumns, shared), sumsByName(there, nameColumns, shared)];
  const keys = [...new Set([...sumsHere.keys(), ...sumsThere.keys()])];
  const rows = keys.map(
    (key): PairedRow => ({
      names: JSON.parse(key),
      figures: shared.map((_, at) => ({ here: sumsHere.get(key)?.[at], there: sumsThere.get(key)?.[at] })),
    }),
  );
  const total = (sums: ReadonlyMap<string, readonly number[]>, at: number) =>
    [...sums.values()].reduce((sum, values) => sum + (values[at] ?? 0), 0);
  return {
    nameColumns,
    figureColumns: shared,
    decimals: shared.map((name) => Math.max(decimalsOf(here, name), decimalsOf(there, name))),
    rows,
    totals: shared.map((_, at) => ({ here: total(sumsHere, at), there: total(sumsThere, at) })),
  };
}

function cellsOf({ columns, rows }: FileTable, name: string): string[] {
  const column = columns.indexOf(name);
  return rows.map((row) => row[column] ?? "");
}

function canBeAdded(table: FileTable, name: string): boolean {
  if (!table.figures.includes(table.columns.indexOf(name))) return false;
  return cellsOf(table, name).every((cell) => isBlank(cell) || figureIn(cell) !== undefined);
}

function decimalsOf(table: FileTable, name: string): number {
  return Math.max(0, ...cellsOf(table, name).map((cell) => figureIn(cell)?.decimals ?? 0));
}

/**
 * Whether a column says the period and not what a row is about: its cells are days, weeks or months, or it holds one
 * text throughout, and another one in the other file.
 */
function saysPeriod(name: string, here: FileTable, there: FileTable): boolean {
  const both = [here, there].map((table) => [...new Set(cellsOf(table, name).filter((cell) => !isBlank(cell)))]);
  const all = both.flat();
  if (all.length > 0 && all.every((cell) => /^\d{4}[-/.]?(\d{2}|[WQ]\d{1,2})\b/i.test(cell.trim()))) return true;
  const [one = [], other = []] = both;
  return one.length === 1 && other.length === 1 && one[0] !== other[0] && here.rows.length > 1;
}

function sumsByName(table: FileTable, names: readonly string[], figures: readonly string[]): Map<string, number[]> {
  const at = (name: string) => table.columns.indexOf(name);
  const sums = new Map<string, number[]>();
  for (const row of table.rows) {
    const key = JSON.stringify(names.map((name) => row[at(name)] ?? ""));
    const before = sums.get(key) ?? figures.map(() => 0);
    sums.set(
      key,
      figures.map((name, index) => (before[index] ?? 0) + (figureIn(row[at(name)] ?? "")?.value ?? 0)),
    );
  }
  return sums;
}
