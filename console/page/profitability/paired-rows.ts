import { searchFor } from "../search-words.ts";
import type { SortBy } from "../tables/file-table.ts";
import { compareNames } from "../wording.ts";
import type { PairedRow, PairedTable } from "./side-by-side.ts";

interface Shown {
  readonly text: string;
  readonly sort: SortBy | undefined;
  /** Whether a column of figures sorts by the figure or by how much it changed. */
  readonly by: "figure" | "change";
}

/** Rows whose names have all that is looked for, in order; what has no figure comes last either way. */
export function pairedRows({ nameColumns, rows }: PairedTable, { text, sort, by }: Shown): readonly PairedRow[] {
  const fits = searchFor(text);
  const found = rows.filter(({ names }) => fits(names.join("\n")));
  if (!sort) return found;
  const way = sort.isDescending ? -1 : 1;
  if (sort.column < nameColumns.length) {
    return found.sort((one, other) => way * compareNames(one.names[sort.column] ?? "", other.names[sort.column] ?? ""));
  }
  const keyOf = ({ figures }: PairedRow) => {
    const { here, there } = figures[sort.column - nameColumns.length] ?? {};
    if (by === "change") return here === undefined && there === undefined ? Number.NaN : (here ?? 0) - (there ?? 0);
    return here ?? Number.NaN;
  };
  return found.sort((one, other) => {
    const [a, b] = [keyOf(one), keyOf(other)];
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return way * (a - b);
  });
}
