/** So many requests fit into the bucket before it overflows; it leaks one a second. */
const capacity = 3;

/** Toggl's leaky bucket of about one request a second for each token; false once it overflows. */
export function leakyBucket(now: () => number): (token: string) => boolean {
  const buckets = new Map<string, { level: number; at: number }>();
  return (token) => {
    const { level, at } = buckets.get(token) ?? { level: 0, at: now() };
    const leaked = Math.max(0, level - (now() - at) / 1000);
    const fits = leaked + 1 <= capacity;
    buckets.set(token, { level: fits ? leaked + 1 : leaked, at: now() });
    return fits;
  };
}
