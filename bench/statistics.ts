/** A sample's value below which so much of it lies, by the nearest rank. */
export function percentile(sample: readonly number[], percent: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  const value = sorted[rank - 1];
  if (value === undefined) throw new Error("A percentile needs a sample.");
  return value;
}

export const median = (sample: readonly number[]): number => percentile(sample, 50);

/** Keeps the digits that a noisy machine can stand for. */
export const round = (value: number, digits = 2): number => Number(value.toFixed(digits));

/** Milliseconds that something takes, and what came of it. */
export async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; value: T }> {
  const startedAt = performance.now();
  const value = await work();
  return { ms: performance.now() - startedAt, value };
}
