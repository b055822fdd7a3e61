const dots = "…";

/** A text of so many letters at most, cut in the middle: what tells names apart often stands at their end. */
export function cutInMiddle(text: string, max: number): string {
  const letters = Array.from(text);
  if (letters.length <= max) return text;
  const kept = Math.max(2, max - 1);
  const head = Math.ceil(kept / 2);
  return `${letters.slice(0, head).join("").trimEnd()}${dots}${letters
    .slice(head - kept)
    .join("")
    .trimStart()}`;
}

interface Named {
  readonly id: number;
  readonly name: string;
}

/**
 * Short names that can be told apart, for where there is little room. A beginning that all of them have is dropped if it
 * is longer than a word; what is still too long is cut in the middle; of names that look alike then, the words are
 * shown in which they differ; those that are the same in full have their id behind them.
 * @param max letters of a short name; an id behind it is not counted
 */
export function shortNames(named: readonly Named[], max: number): ReadonlyMap<number, string> {
  const names = named.map(({ name }) => Array.from(name));
  const dropped = names.some(({ length }) => length > max) ? droppedStart(names) : 0;
  const short = new Map(
    named.map(({ id, name }): [number, string] => [id, cutInMiddle(withoutStart(name, dropped), max)]),
  );
  const lookOf = ({ id }: Named) => short.get(id) ?? "";
  // Each round leaves smaller groups; what the words do not tell apart the letters do
  for (const isByWords of [true, true, true, false]) {
    for (const alike of groupsBy(named, lookOf)) {
      const partOf = differingParts(alike, { max, isByWords });
      for (const { id, name } of alike) short.set(id, partOf(name));
    }
  }
  for (const alike of groupsBy(named, lookOf)) {
    for (const { id } of alike) short.set(id, `${short.get(id)} (${id})`);
  }
  return short;
}

/** The part in which each of some names differs from the others, with its beginning where there is room. */
function differingParts(alike: readonly Named[], { max, isByWords }: { max: number; isByWords: boolean }) {
  const all = [...new Set(alike.map(({ name }) => name))].map((name) => Array.from(name));
  const shared = sharedLength(all);
  const from = isByWords ? endOfWords((all[0] ?? []).slice(0, shared)) : shared;
  const sharedEnd = sharedLength(all.map((letters) => letters.slice(from).reverse()));
  return (name: string): string => {
    if (all.length === 1) return cutInMiddle(name, max);
    const letters = Array.from(name);
    const end = letters.length - endOfWords(letters.slice(from).reverse().slice(0, sharedEnd));
    const part = letters.slice(from, end).join("");
    const after = end < letters.length ? dots : "";
    const room = max - (end - from) - after.length - 1;
    if (room < 0) return `${dots}${cutInMiddle(part, max - 1 - after.length)}${after}`;
    const start = letters.slice(0, Math.min(from, room)).join("");
    return `${from <= room ? start : `${start.trimEnd()}${dots}`}${part}${after}`;
  };
}

/** Lists of those that have the same key, where several have it. */
function groupsBy(named: readonly Named[], keyOf: (one: Named) => string): Named[][] {
  const groups = new Map<string, Named[]>();
  for (const one of named) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return [...groups.values()].filter(({ length }) => length > 1);
}

/** A shorter beginning is no burden, and helps to know a name again. */
const minDropped = 8;

/** How many letters all names begin with alike, in whole words; 0 if few, or if that is all of a name. */
function droppedStart(names: readonly (readonly string[])[]): number {
  if (names.length < 2) return 0;
  const length = endOfWords((names[0] ?? []).slice(0, sharedLength(names)));
  return length >= minDropped && names.every((name) => name.length > length) ? length : 0;
}

/** Up to where these letters are whole words. */
function endOfWords(letters: readonly string[]): number {
  return letters.findLastIndex((letter) => /[\s\p{P}]/u.test(letter)) + 1;
}

function sharedLength([first = [], ...others]: readonly (readonly string[])[]): number {
  const at = first.findIndex((letter, index) => others.some((other) => other[index] !== letter));
  return at === -1 ? first.length : at;
}

function withoutStart(name: string, length: number): string {
  return length === 0 ? name : `${dots}${Array.from(name).slice(length).join("")}`;
}
