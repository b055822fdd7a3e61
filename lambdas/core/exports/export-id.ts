import { ulid } from "ulid";

/** Crockford's base 32, in the order of its values; sorts as the numbers do. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A new export's id: a ULID, so that ids sort by the time (milliseconds) they were made at. */
export function newExportId(now: number): string {
  return ulid(now);
}

export function isExportId(value: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(value);
}

/**
 * The id with each digit subtracted from the highest, so that keys made of it sort newest first.
 * It is its own inverse.
 */
export function newestFirst(id: string): string {
  return Array.from(id, (digit) => alphabet[alphabet.length - 1 - alphabet.indexOf(digit)]).join("");
}
