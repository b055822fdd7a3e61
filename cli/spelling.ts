/** The one of the known words that was probably meant: it begins so, or is a few keys away. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  if (typed === "") return undefined;
  const maxKeys = Math.max(1, Math.floor(typed.length / 3));
  const [best] = known
    .map((one) => ({ one, keys: keysBetween(typed, one.toLowerCase()) }))
    .filter(({ one, keys }) => keys <= maxKeys || (typed.length >= 3 && one.toLowerCase().startsWith(typed)))
    .sort((a, b) => a.keys - b.keys);
  return best?.one;
}

/** For the end of a sentence that says what is wrong; empty where nothing is near. */
export function didYouMean(word: string, known: readonly string[], shown = (one: string) => one): string {
  const found = nearest(word, known);
  return found === undefined ? "" : ` Did you mean ${shown(found)}?`;
}

/** How many keys make one word of the other: one for each that is missing, too many, another, or two that changed places. */
function keysBetween(from: string, to: string): number {
  const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? Number.POSITIVE_INFINITY;
  for (let row = 1; row <= from.length; row++) {
    rows.push([row]);
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      rows[row]?.push(
        Math.min(
          at(row - 1, column) + 1,
          at(row, column - 1) + 1,
          at(row - 1, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
  }
  return at(from.length, to.length);
}
