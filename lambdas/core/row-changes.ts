import type { RowChanges } from "./export.ts";

type Row = readonly string[];
type Rows = Iterable<Row> | AsyncIterable<Row>;

/**
 * How the rows of two tables differ, whatever their order. Rows that differ count as one that changed if they have the
 * same name: the cells before the first figure, since nobody has published what the columns mean.
 */
export async function rowChanges(earlier: Rows, later: Rows): Promise<RowChanges> {
  const unmatched = new Map<string, number>();
  for await (const row of earlier) add(unmatched, JSON.stringify(row), 1);
  const added: string[] = [];
  for await (const row of later) {
    const key = JSON.stringify(row);
    if (unmatched.has(key)) add(unmatched, key, -1);
    else added.push(key);
  }
  const removed = [...unmatched].flatMap(([key, count]) => Array.from({ length: count }, () => key));
  const changed = sameNames(removed, added);
  return { added: added.length - changed, removed: removed.length - changed, changed };
}

/** Counts a key up or down; one that comes to nothing is gone. */
function add(counts: Map<string, number>, key: string, step: number): void {
  const count = (counts.get(key) ?? 0) + step;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}

function sameNames(removed: readonly string[], added: readonly string[]): number {
  const names = new Map<string, number>();
  for (const key of removed) add(names, nameOf(key), 1);
  let same = 0;
  for (const name of added.map(nameOf)) {
    if (!names.has(name)) continue;
    add(names, name, -1);
    same++;
  }
  return same;
}

function nameOf(key: string): string {
  const row: Row = JSON.parse(key);
  const figure = row.findIndex((cell) => /^-?[\d.,]+%?$/.test(cell));
  return JSON.stringify(figure > 0 ? row.slice(0, figure) : row.slice(0, 1));
}
