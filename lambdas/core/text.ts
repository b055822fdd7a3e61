/** A text of at most this many UTF-16 units, cut between characters and marked where it was. */
export function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = maxLength - 1;
  const splitsCharacter = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
  return `${text.slice(0, splitsCharacter ? end - 1 : end)}…`;
}

/** What a log line takes of each: whatever a caller or Toggl sent, the line stays one that can be read and paid for. */
const maxInLog = { text: 4000, entries: 20, depth: 4 };

/** Fields of a log line, each cut to what a line takes. */
export function forLog(value: unknown, depth = maxInLog.depth): unknown {
  if (typeof value === "string") return shortened(value, maxInLog.text);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) {
    const kept = value.slice(0, maxInLog.entries).map((one) => forLog(one, depth - 1));
    return value.length > kept.length ? [...kept, `and ${value.length - kept.length} more`] : kept;
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, forLog(one, depth - 1)]));
}

/** Bytes that a value takes in an answer: Lambda has a body as text within JSON, so what is escaped is escaped twice. */
export function bytesInAnswer(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(JSON.stringify(value)));
}

/**
 * Control characters, and those that turn the direction of writing (Unicode's Bidi_Control): a terminal obeys them. Also
 * Unicode's separators of lines and paragraphs.
 */
const control = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Text from elsewhere, such as a project's name, on one line and without what a terminal would obey. */
export const plainText = (text: string): string => text.replace(control, " ");
