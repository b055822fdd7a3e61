import { isUtf8 } from "node:buffer";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import { Failure } from "../failure.ts";
import type { KnownNames } from "../ports/coordination.ts";
import type { Using } from "../ports/ports.ts";
import type { NameList, NamePage } from "../ports/toggl.ts";
import { isRetryable } from "../problem.ts";
import { bytesInAnswer } from "../text.ts";

export const nothingKnown: KnownNames = { projects: {}, users: {}, due: { list: "users", page: 1 } };

/** Ten thousand projects: a Toggl whose pages never end is left in peace. */
const maxPages = 50;

/** In one hour, of the 600 that Toggl grants: reports need the others. Larger workspaces are read on in the next hour. */
const maxRequests = 10;

/** With less time left no other page is asked for: it would cost quota and come too late. */
const minMs = 2000;

/** So long names hold that nobody misses any of. */
const dayMs = 86_400_000;

/** Everything has to fit into one answer of Lambda's, which takes 6 MB. */
const maxBytes = {
  projects: 2.5 * 1024 ** 2,
  users: 2.5 * 1024 ** 2,
  clients: 0.4 * 1024 ** 2,
  project_clients: 0.5 * 1024 ** 2,
} as const;

/** The hour that a moment is in, such as `2026-11-24T20`. */
export function hourOf(time: number): string {
  return isoTime(time).slice(0, 13);
}

/** Whether Toggl is to be asked: names were never read whole, or a day ago, or somebody misses one. */
function areDue({ read_at = "", due, isHalfway }: KnownNames, areMissed: boolean, time: number): boolean {
  const age = time - Date.parse(read_at);
  const areFresh = age >= 0 && age < dayMs;
  return areMissed || isUnderWay({ due, isHalfway }) || !areFresh;
}

function isUnderWay({ due, isHalfway }: Pick<KnownNames, "due" | "isHalfway">): boolean {
  return isHalfway === true || due.page > 1;
}

/**
 * What is known once Toggl has answered, or has not. After a failure the other list is due: what cannot be read must not
 * keep away what can.
 * @param time milliseconds since 1970
 */
export function namesAfter(known: KnownNames, answer: NamePage | Failure, time: number): KnownNames {
  const { isHalfway, ...others } = { ...known, asked_hour: hourOf(time) };
  const { list, page } = known.due;
  const ended = { due: otherList(list), ...(isHalfway ? { read_at: isoTime(time) } : { isHalfway: true as const }) };
  if (answer instanceof Failure) {
    if (!isHalfway) return { ...others, due: otherList(list) };
    return isRetryable(answer) ? { ...others, isHalfway } : { ...others, ...ended };
  }
  const newer = {
    ...others,
    [list]: newestThatFit({ ...known[list], ...answer.names }, maxBytes[list]),
    ...(answer.clients && { clients: newestThatFit({ ...known.clients, ...answer.clients }, maxBytes.clients) }),
    ...(answer.project_clients && {
      project_clients: newestThatFit({ ...known.project_clients, ...answer.project_clients }, maxBytes.project_clients),
    }),
    updated_at: isoTime(time),
  };
  if (!answer.isFull || page >= maxPages) return { ...newer, ...ended };
  return { ...newer, ...(isHalfway && { isHalfway }), due: { list, page: page + 1 } };
}

function otherList(list: NameList["list"]): NameList {
  return { list: list === "projects" ? "users" : "projects", page: 1 };
}

/** Names of what Toggl no longer lists stay, as old reports still speak of it: so there can be ever more. */
function newestThatFit<T>(names: Readonly<Record<string, T>>, max: number): Record<string, T> {
  let bytes = 0;
  const newestFirst = Object.entries(names).sort(([one], [other]) => Number(other) - Number(one));
  return Object.fromEntries(
    newestFirst.filter(([id, name]) => {
      bytes += bytesInAnswer({ [id]: name });
      return bytes <= max;
    }),
  );
}

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

/** Whose projects they are: `client_id`, which is null for a project without a client, and `client_name`. */
function clientsIn(entries: readonly unknown[]): Pick<NamePage, "clients" | "project_clients"> {
  const clients: Record<string, string> = {};
  const project_clients: Record<string, number | null> = {};
  for (const entry of entries) {
    const { id, client_id, client_name } = { ...(entry as Record<string, unknown> | null) };
    if (!Number.isSafeInteger(id) || (client_id !== null && !Number.isSafeInteger(client_id))) continue;
    project_clients[String(id)] = client_id as number | null;
    for (const [client, name] of nameIn({ id: client_id, name: client_name }, "name")) clients[client] = name;
  }
  return {
    ...(Object.keys(clients).length > 0 && { clients }),
    ...(Object.keys(project_clients).length > 0 && { project_clients }),
  };
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

interface Refreshed {
  readonly names: KnownNames;
  /** What Toggl was asked for, in this order. */
  readonly asked: readonly NameList[];
  /** Why not all that was due came. */
  readonly failure?: Failure;
}

/**
 * A workspace's names, read whole if that is due and nobody has asked Toggl in this hour. Whoever claims the hour asks,
 * one page after the other until all is read, something fails, or requests or time are used up; then the next hour goes
 * on there. All others take what is known. The token is read before: a secret that is not filled yet costs no hour.
 * @param patience until when to wait for the token and Toggl
 * @param areMissed whether the caller has seen an id without a name
 */
export async function refreshNames(
  workspaceId: number,
  { deadline, patience, areMissed }: { deadline: Deadline; patience: Deadline; areMissed: boolean },
  {
    coordination: { names: notes },
    toggl,
    clock,
  }: Using<{ coordination: "names"; toggl: "token" | "names"; clock: "now" }>,
): Promise<Refreshed> {
  const known = (await notes.read(workspaceId, deadline)) ?? nothingKnown;
  const time = clock.now();
  const asked: NameList[] = [];
  if (known.asked_hour === hourOf(time) || !areDue(known, areMissed, time)) return { names: known, asked };
  const token = await orFailure(toggl.token(workspaceId, patience));
  if (token instanceof Failure) return { names: known, asked, failure: token };
  if (!(await notes.claimHour(workspaceId, hourOf(time), deadline))) return { names: known, asked };

  let names = known;
  let failure: Failure | undefined;
  do {
    asked.push(names.due);
    const answer = await orFailure(toggl.names(workspaceId, names.due, token, patience));
    names = namesAfter(names, answer, time);
    if (answer instanceof Failure) failure = answer;
  } while (!failure && isUnderWay(names) && asked.length < maxRequests && patience.remainingMs() > minMs);
  await notes.write(workspaceId, names, deadline);
  return { names, asked, ...(failure && { failure }) };
}

/** What keeps names away is no reason to fail: ids do without. */
async function orFailure<T>(attempt: Promise<T>): Promise<T | Failure> {
  return attempt.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}
