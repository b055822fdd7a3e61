/**
 * ISO 8601 in UTC, to the second.
 * @param time milliseconds since 1970
 */
export function isoTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}
