import type { Warning } from "../../../api/export.ts";
import { plainText, shortened } from "../text.ts";

type Names = readonly string[];

/** How the columns of one file differ from those of the file before. A name may stand in a list more than once. */
export interface ColumnChanges {
  readonly added: Names;
  readonly removed: Names;
  /** In both files, but in another order: as few as explain it. */
  readonly moved: Names;
}

/**
 * What changed between two headers; undefined if nothing did. A column is its name, letter by letter, and so it is for
 * whoever reads by name: one that is called otherwise is one removed and one added, in the same place too. Names may be
 * empty or occur twice.
 */
export function columnChanges(before: Names, after: Names): ColumnChanges | undefined {
  const { kept, moved } = pairedColumns(before, after);
  const paired = [...kept, ...moved];
  const [placesBefore, placesAfter] = [new Set(paired.map(([place]) => place)), new Set(paired.map(([, to]) => to))];
  const movedTo = new Set(moved.map(([, place]) => place));
  const changes = {
    added: after.filter((_, place) => !placesAfter.has(place)),
    removed: before.filter((_, place) => !placesBefore.has(place)),
    moved: after.filter((_, place) => movedTo.has(place)),
  };
  return Object.values(changes).some((names) => names.length > 0) ? changes : undefined;
}

/** The warning that a file has other columns than the one before; undefined where one of them is not known. */
export function columnsWarning(before: Names | undefined, after: Names | undefined): Warning | undefined {
  const changes = before && after && columnChanges(before, after);
  return changes && { code: "columns_changed", detail: sentencesOf(changes), ...changes };
}

/** So much of each list and of each name is said in words; the lists have all. */
const maxSaid = { names: 10, letters: 60 };

function sentencesOf({ added, removed, moved }: ColumnChanges): string {
  const lists = { Added: added, Removed: removed, Moved: moved };
  const sentences = Object.entries(lists).flatMap(([what, names]) =>
    names.length > 0 ? `${what}: ${said(names)}.` : [],
  );
  return `The columns are not those of the file before. ${sentences.join(" ")}`;
}

function said(names: Names): string {
  const texts = names.slice(0, maxSaid.names).map((name) => {
    const text = plainText(name).trim();
    return text === "" ? "a column without a name" : `"${shortened(text, maxSaid.letters)}"`;
  });
  return [...texts, ...(names.length > texts.length ? [`${names.length - texts.length} more`] : [])].join(", ");
}

/** Where a column stands before and after, both counted from 0. */
type Pair = readonly [before: number, after: number];

/**
 * Which columns of two headers are the same. `kept` are in the same order in both, and as many as can be; `moved` are the
 * others whose names both have. The pairs are in no particular order. Columns of one name are taken in turn where
 * nothing speaks for another way.
 */
export function pairedColumns(before: Names, after: Names): { kept: readonly Pair[]; moved: readonly Pair[] } {
  const [inTurn, free] = [keptInOrder(before, after, 0), keptInOrder(before, after, maxRepeats)];
  const kept = free.length > inTurn.length ? free : inTurn;
  const [usedBefore, usedAfter] = [new Set(kept.map(([place]) => place)), new Set(kept.map(([, place]) => place))];
  const left = placesByName(before, (place) => !usedBefore.has(place));
  const moved = after.flatMap((name, place): Pair[] => {
    const from = usedAfter.has(place) ? undefined : left.get(name)?.shift();
    return from === undefined ? [] : [[from, place]];
  });
  return { kept, moved };
}

/** So often a name may occur to be paired freely; so that no header takes long. */
const maxRepeats = 16;

/**
 * A longest common subsequence, after Hunt and Szymanski.
 * @param maxFree a name that occurs more often in `before` is paired in turn: its first with its first, and so on
 */
function keptInOrder(before: Names, after: Names, maxFree: number): Pair[] {
  const places = placesByName(before);
  const seen = new Map<string, number>();
  /** For each length: the common subsequence of that length that ends the earliest in `before`. */
  const ends: Chain[] = [];
  after.forEach((name, at) => {
    const all = places.get(name) ?? [];
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    // From the last place to the first, so that none of them follows another.
    const tried = all.length > maxFree ? all.slice(nth, nth + 1) : all.toReversed();
    for (const place of tried) {
      const length = firstNotBelow(ends, place);
      ends[length] = { pair: [place, at], rest: ends[length - 1] };
    }
  });
  const pairs: Pair[] = [];
  for (let chain = ends.at(-1); chain; chain = chain.rest) pairs.push(chain.pair);
  return pairs;
}

interface Chain {
  readonly pair: Pair;
  readonly rest: Chain | undefined;
}

function firstNotBelow(ends: readonly Chain[], place: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const end = ends[middle];
    if (end && end.pair[0] < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function placesByName(names: Names, isWanted: (place: number) => boolean = () => true): Map<string, number[]> {
  const places = new Map<string, number[]>();
  names.forEach((name, place) => {
    if (!isWanted(place)) return;
    const known = places.get(name);
    if (known) known.push(place);
    else places.set(name, [place]);
  });
  return places;
}
