import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { Failure } from "../failure.ts";
import { isMarkup } from "./toggl-message.ts";

/** Bytes that a trends answer may have: it is held in memory as a whole, here and by whoever reads it. */
export const maxTrendsBytes = 64 * 1024 ** 2;

/**
 * Refuses a trends answer that is not what it claims: JSON, as a bare array (Toggl's swagger) or `{items: […]}`
 * (Toggl's page), or `null`, which is how an empty list can look.
 * @throws Failure `toggl_invalid_file`; it never quotes the answer, which may hold figures
 */
export function checkTrends(body: Buffer): void {
  trendsIn(body);
}

/**
 * The entries of a trends answer, one for each project, in their order; what an entry holds is not checked.
 * @throws Failure `toggl_invalid_file` as `checkTrends`
 */
export function trendsIn(body: Buffer): readonly unknown[] {
  return read(body).entries;
}

/**
 * A SHA-256 of what a trends answer says: neither blanks, nor the form around the list, nor the order of entries, of
 * their fields and of people count.
 * @throws Failure `toggl_invalid_file` as `checkTrends`
 */
export function trendsHash(body: Buffer): string {
  const { entries, others } = read(body);
  const hashes = entries.map((entry) => sha256(inOneOrder(entry))).sort();
  return sha256([...hashes, inOneOrder(others)].join());
}

interface TrendsAnswer {
  readonly entries: readonly unknown[];
  /** What stands beside the list of entries. */
  readonly others: object;
}

function read(body: Buffer): TrendsAnswer {
  if (!isUtf8(body)) throw invalid("is not UTF-8");
  const text = body.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") throw invalid("is empty");
  const answer = answerIn(parsed(text));
  if (!answer) throw invalid("is JSON, but no list of trends");
  return answer;
}

function answerIn(json: unknown): TrendsAnswer | undefined {
  if (json === null || Array.isArray(json)) return { entries: json ?? [], others: {} };
  const { items, ...others }: Record<string, unknown> = Object(json);
  return items === null || Array.isArray(items) ? { entries: items ?? [], others } : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote it.
    throw invalid(isMarkup(text.slice(0, 1000)) ? "is a page and not JSON" : "is not JSON, or not all of it");
  }
}

function inOneOrder(entry: unknown): string {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return JSON.stringify(entry);
  const fields = new Map(Object.entries(entry));
  const names = [...fields.keys()].sort();
  return JSON.stringify(names.map((name) => [name, name === "user_ids" ? sorted(fields.get(name)) : fields.get(name)]));
}

function sorted(people: unknown): unknown {
  return Array.isArray(people) ? people.toSorted() : people;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function invalid(reason: string): Failure {
  return new Failure("toggl_invalid_file", `Toggl's answer ${reason}. Nothing of it was handed on.`);
}
