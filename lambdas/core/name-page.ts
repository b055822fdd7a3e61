import { isUtf8 } from "node:buffer";
import { Failure } from "./failure.ts";
import type { NameList, NamePage } from "./names.ts";

/** The largest page of projects that Toggl gives (docs/toggl.md). */
export const projectsPerPage = 200;

/** Which field of an entry is its name. */
const nameField = { projects: "name", users: "fullname" } as const;

/**
 * The names in a list of Toggl's: an array, or `null`, which is how an empty one can look. An entry without a whole id
 * or a name says nothing.
 * @throws Failure `toggl_invalid_file`; it never quotes the list, since names must not get into a log
 */
export function namePage(list: NameList["list"], body: Buffer): NamePage {
  const entries = entriesOf(body);
  const named = entries.flatMap((entry) => nameIn(entry, nameField[list]));
  return { names: Object.fromEntries(named), isFull: list === "projects" && entries.length >= projectsPerPage };
}

function entriesOf(body: Buffer): readonly unknown[] {
  const json = isUtf8(body) ? parsed(body.toString("utf8")) : undefined;
  if (json === null) return [];
  if (Array.isArray(json)) return json;
  throw new Failure("toggl_invalid_file", "Toggl's answer is no list of names, or not all of one.");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function nameIn(entry: unknown, field: string): [string, string][] {
  if (typeof entry !== "object" || entry === null) return [];
  const { id, [field]: name }: Record<string, unknown> = { ...entry };
  if (!Number.isSafeInteger(id) || typeof name !== "string" || name.trim() === "") return [];
  return [[String(id), name]];
}
