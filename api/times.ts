/**
 * ISO 8601 in UTC, to the second.
 * @param time milliseconds since 1970
 */
export function isoTime(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, "Z");
}

const instant =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** What is said of a text that `parseInstant` does not take. */
export const instantHint = "must be a time of the calendar, with its zone (ISO 8601), such as 2026-11-03T05:00:00Z";

/**
 * A moment that somebody outside names: ISO 8601 with its zone, such as 2026-11-03T05:00:00Z or 2026-11-03T06:00+01:00.
 * A day or hour that no calendar has is none; `Date.parse` would take 30 February for 2 March.
 * @returns milliseconds since 1970; undefined for anything else
 */
export function parseInstant(text: string): number | undefined {
  const [, day = ""] = instant.exec(text) ?? [];
  return isDay(day) ? Date.parse(text) : undefined;
}

/** What is said of a text that is no day. */
export const dayHint = "must be a day of the calendar as YYYY-MM-DD, such as 2026-10-31";

/** Whether a text that somebody outside names is a day of the calendar as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const midnight = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text);
}
