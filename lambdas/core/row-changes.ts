import type { RowChanges } from "./export.ts";

type Row = readonly string[];

/**
 * How the rows of two tables differ, whatever their order. Rows that differ count as one that changed if they have the
 * same name: the cells before the first figure, since nobody has published what the columns mean.
 */
export function rowChanges(earlier: Iterable<Row>, later: Iterable<Row>): RowChanges {
  const unmatched = new Map<string, { row: Row; count: number }>();
  for (const row of earlier) {
    const key = JSON.stringify(row);
    const entry = unmatched.get(key);
    if (entry) entry.count++;
    else unmatched.set(key, { row, count: 1 });
  }
  const added: Row[] = [];
  for (const row of later) {
    const entry = unmatched.get(JSON.stringify(row));
    if (entry && entry.count > 0) entry.count--;
    else added.push(row);
  }
  const removed = [...unmatched.values()].flatMap(({ row, count }) => Array.from({ length: count }, () => row));
  const changed = sameNames(removed, added);
  return { added: added.length - changed, removed: removed.length - changed, changed };
}

function sameNames(removed: readonly Row[], added: readonly Row[]): number {
  const names = new Map<string, number>();
  for (const row of removed) names.set(nameOf(row), (names.get(nameOf(row)) ?? 0) + 1);
  return added.filter((row) => {
    const left = names.get(nameOf(row)) ?? 0;
    names.set(nameOf(row), left - 1);
    return left > 0;
  }).length;
}

function nameOf(row: Row): string {
  const figure = row.findIndex((cell) => /^-?[\d.,]+%?$/.test(cell));
  return JSON.stringify(figure > 0 ? row.slice(0, figure) : row.slice(0, 1));
}
