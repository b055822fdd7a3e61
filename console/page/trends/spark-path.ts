import type { DailySeconds } from "../../../client/trend-summary.ts";

export const sparkSize = { width: 100, height: 22 } as const;

/** More points than that in a few millimetres are a smear; then one is of whole weeks. */
const maxPoints = 62;

/**
 * The line of a period as an SVG path; it has a gap where there are no data.
 * @param length days that fill the whole width
 * @param highest seconds that fill the whole height
 */
export function sparkPath(values: DailySeconds, length: number, highest: number): string {
  const size = length <= maxPoints ? 1 : 7 * Math.ceil(length / maxPoints / 7);
  const { width, height } = sparkSize;
  const steps = Math.max(1, Math.round(length / size));
  let path = "";
  let isGap = true;
  for (let at = 0; at < steps; at++) {
    const known = numbers(values.slice(at * size, at === steps - 1 ? length : (at + 1) * size));
    if (known.length > 0) {
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      const [from, to] = [(at * width) / steps, ((at + 1) * width) / steps];
      const y = rounded(height - 1 - (mean / highest) * (height - 2));
      path += `${isGap ? "M" : "L"}${rounded(from)} ${y}H${rounded(to)}`;
    }
    isGap = known.length === 0;
  }
  return path;
}

/** Without days that have no data. */
export function numbers(values: DailySeconds): number[] {
  return values.filter((value) => value !== null);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
