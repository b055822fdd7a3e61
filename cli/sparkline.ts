const bars = "▁▂▃▄▅▆▇█";

/** The most marks that a line has room for. */
const mostMarks = 31;

/** Figures as a line of small bars; neighbours share a bar where there are too many. */
export function sparkline(figures: readonly number[]): string {
  const perBar = Math.max(1, Math.ceil(figures.length / mostMarks));
  const sums = Array.from({ length: Math.ceil(figures.length / perBar) }, (_, at) =>
    figures.slice(at * perBar, (at + 1) * perBar).reduce((sum, figure) => sum + figure, 0),
  );
  const most = Math.max(...sums, 1);
  return sums.map((sum) => bars[Math.round((sum / most) * (bars.length - 1))]).join("");
}
