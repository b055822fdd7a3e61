/** Keys in UTF-8 order, as S3 lists them; a new one is put in its place, so that no listing has to sort them all. */
export interface SortedKeys {
  add(key: string): void;
  delete(key: string): void;
  /** All of them, to look at and not to keep. */
  readonly all: readonly string[];
  /** Where the first key is that is not before this text. */
  firstFrom(text: string): number;
}

export function sortedKeys(keys: Iterable<string>): SortedKeys {
  const all = [...keys].sort(byUtf8);
  const firstFrom = (text: string): number => {
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (byUtf8(all[middle] ?? "", text) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    all,
    firstFrom,
    add(key) {
      const at = firstFrom(key);
      if (all[at] !== key) all.splice(at, 0, key);
    },
    delete(key) {
      const at = firstFrom(key);
      if (all[at] === key) all.splice(at, 1);
    },
  };
}

/** JavaScript compares UTF-16 units: the same order, except that it puts characters above U+FFFF before U+E000. */
export function byUtf8(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a !== b) return rank(a) - rank(b);
  }
  return one.length - other.length;
}

/** Surrogates, which stand for the highest characters, go behind all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
