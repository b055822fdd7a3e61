const bars = "▁▂▃▄▅▆▇█";

/** The most marks that a line has room for. */
const mostMarks = 31;

/** Figures as a line of small bars, with a gap where there is none; neighbours share a bar where there are too many. */
export function sparkline(figures: readonly (number | null)[]): string {
  const perBar = Math.max(1, Math.ceil(figures.length / mostMarks));
  const sums = Array.from({ length: Math.ceil(figures.length / perBar) }, (_, at) =>
    sumOf(figures.slice(at * perBar, (at + 1) * perBar)),
  );
  const most = Math.max(...sums.map((sum) => sum ?? 0), 1);
  return sums.map((sum) => (sum === undefined ? " " : barOf(sum / most))).join("");
}

function sumOf(figures: readonly (number | null)[]): number | undefined {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? undefined : known.reduce((sum, figure) => sum + figure, 0);
}

/** The lowest bar is for nothing alone. */
function barOf(share: number): string | undefined {
  return share === 0 ? bars[0] : bars[Math.max(1, Math.round(share * (bars.length - 1)))];
}
