import { isUtf8 } from "node:buffer";
import { Failure } from "../failure.ts";
import type { NameList, NamePage, Names } from "../ports/toggl.ts";

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
  const names = Object.fromEntries(named);
  if (list === "users") return { names, isFull: false };
  return { names, ...clientsIn(entries), isFull: entries.length >= projectsPerPage };
}

/**
 * The names of a workspace's groups, by what is their id (docs/toggl.md); one that says that it belongs to other
 * workspaces alone is nobody's business here.
 * @throws Failure as `namePage`
 */
export function groupNames(body: Buffer, workspaceId: number): Names {
  const entries = entriesOf(body).map(fieldsOf);
  const own = entries.filter(({ workspaces }) => !Array.isArray(workspaces) || workspaces.includes(workspaceId));
  return Object.fromEntries(own.flatMap(({ group_id, id, name }) => nameIn({ id: group_id ?? id, name }, "name")));
}

/**
 * The id of the organization that a workspace belongs to, as Toggl describes it.
 * @throws Failure `toggl_invalid_file` where it does not say so
 */
export function organizationIn(body: Buffer): number {
  const { organization_id } = fieldsOf(jsonOf(body));
  if (isId(organization_id)) return organization_id;
  throw new Failure("toggl_invalid_file", "Toggl's answer does not say which organization the workspace belongs to.");
}

/** Whose projects they are: `client_id`, which is null for a project without a client, and `client_name`. */
function clientsIn(entries: readonly unknown[]): Pick<NamePage, "clients" | "project_clients"> {
  const clients: Record<string, string> = {};
  const project_clients: Record<string, number | null> = {};
  for (const entry of entries) {
    const { id, client_id, client_name } = fieldsOf(entry);
    if (!isId(id) || (client_id !== null && !isId(client_id))) continue;
    project_clients[id] = client_id;
    for (const [client, name] of nameIn({ id: client_id, name: client_name }, "name")) clients[client] = name;
  }
  return {
    ...(Object.keys(clients).length > 0 && { clients }),
    ...(Object.keys(project_clients).length > 0 && { project_clients }),
  };
}

function entriesOf(body: Buffer): readonly unknown[] {
  const json = jsonOf(body);
  if (json === null) return [];
  if (Array.isArray(json)) return json;
  throw new Failure("toggl_invalid_file", "Toggl's answer is no list of names, or not all of one.");
}

/** Undefined for what is no JSON. */
function jsonOf(body: Buffer): unknown {
  try {
    return isUtf8(body) ? JSON.parse(body.toString("utf8")) : undefined;
  } catch {
    return undefined;
  }
}

/** Of anything but an object none. */
function fieldsOf(entry: unknown): Readonly<Record<string, unknown>> {
  return typeof entry === "object" && entry !== null ? { ...entry } : {};
}

function nameIn(entry: unknown, field: string): [string, string][] {
  const { id, [field]: name } = fieldsOf(entry);
  if (!isId(id) || typeof name !== "string" || name.trim() === "") return [];
  return [[String(id), name]];
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
