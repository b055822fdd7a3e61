import { isUtf8 } from "node:buffer";
import { isoTime } from "../../../api/times.ts";
import type { Deadline } from "../deadline.ts";
import { Failure } from "../failure.ts";
import { bytesInAnswer } from "../text.ts";

/** Names by the ids that Insights speaks of. */
type Names = Readonly<Record<string, string>>;

/** What one request to Toggl gets: a page of its projects, or all people of the workspace. */
export interface NameList {
  readonly list: "projects" | "users";
  /** Counts from 1; people come on one page. */
  readonly page: number;
}

/** A list as it came. */
interface NamePage {
  readonly names: Names;
  /** Whether another page follows. */
  readonly isFull: boolean;
}

/** What is known of a workspace's names, and how to go on. */
export interface KnownNames {
  readonly projects: Names;
  readonly users: Names;
  /** When names last came; ISO 8601. */
  readonly updated_at?: string;
  /** What Toggl is to be asked for next. */
  readonly due: NameList;
  /** In which hour Toggl was last asked, whatever came of it. */
  readonly asked_hour?: string;
}

export const nothingKnown: KnownNames = { projects: {}, users: {}, due: { list: "projects", page: 1 } };

/** Ten thousand projects: a Toggl whose pages never end must not keep people's names away. */
const mostPages = 50;

/** Both lists have to fit into one answer of Lambda's, which takes 6 MB. */
const mostBytes = 2.8 * 1024 ** 2;

/** The hour that a moment is in, such as `2026-11-24T20`. */
export function hourOf(time: number): string {
  return isoTime(time).slice(0, 13);
}

/**
 * What is known once Toggl has answered, or has not. After a failure the other list is due: what cannot be read must not
 * keep away what can.
 * @param time milliseconds since 1970
 */
export function namesAfter(known: KnownNames, answer: NamePage | Failure, time: number): KnownNames {
  const { list, page } = known.due;
  const asked_hour = hourOf(time);
  if (answer instanceof Failure) return { ...known, asked_hour, due: otherList(list) };
  return {
    ...known,
    [list]: newestThatFit({ ...known[list], ...answer.names }),
    updated_at: isoTime(time),
    due: answer.isFull && page < mostPages ? { list, page: page + 1 } : otherList(list),
    asked_hour,
  };
}

function otherList(list: NameList["list"]): NameList {
  return { list: list === "projects" ? "users" : "projects", page: 1 };
}

/** Names of what Toggl no longer lists stay, as old reports still speak of it: so there can be ever more. */
function newestThatFit(names: Names): Names {
  let bytes = 0;
  const newestFirst = Object.entries(names).sort(([one], [other]) => Number(other) - Number(one));
  return Object.fromEntries(
    newestFirst.filter(([id, name]) => {
      bytes += bytesInAnswer({ [id]: name });
      return bytes <= mostBytes;
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

export interface RefreshNamesNeeds {
  readonly store: {
    read(workspaceId: number, deadline: Deadline): Promise<KnownNames | undefined>;
    write(workspaceId: number, names: KnownNames, deadline: Deadline): Promise<void>;
    /** False if somebody else has this hour. */
    claimHour(workspaceId: number, hour: string, deadline: Deadline): Promise<boolean>;
  };
  readonly readToken: (workspaceId: number, deadline: Deadline) => Promise<string>;
  /** One request to Toggl. */
  readonly askNames: (workspaceId: number, due: NameList, token: string, deadline: Deadline) => Promise<NamePage>;
  readonly now: () => number;
}

interface Refreshed {
  readonly names: KnownNames;
  /** What Toggl was asked for, if it was. */
  readonly asked?: NameList;
  /** Why nothing new came. */
  readonly failure?: Failure;
}

/**
 * A workspace's names, a little newer if Toggl was not asked yet in this hour. Whoever claims the hour asks for what is
 * due, once; all others take what is known. The token is read before: a secret that is not filled yet costs no hour.
 * @param patience until when to wait for the token and Toggl
 */
export async function refreshNames(
  workspaceId: number,
  { deadline, patience }: { deadline: Deadline; patience: Deadline },
  { store, readToken, askNames, now }: RefreshNamesNeeds,
): Promise<Refreshed> {
  const names = (await store.read(workspaceId, deadline)) ?? nothingKnown;
  const time = now();
  if (names.asked_hour === hourOf(time)) return { names };
  const token = await orFailure(readToken(workspaceId, patience));
  if (token instanceof Failure) return { names, failure: token };
  if (!(await store.claimHour(workspaceId, hourOf(time), deadline))) return { names };

  const answer = await orFailure(askNames(workspaceId, names.due, token, patience));
  const newer = namesAfter(names, answer, time);
  await store.write(workspaceId, newer, deadline);
  return { names: newer, asked: names.due, ...(answer instanceof Failure && { failure: answer }) };
}

/** What keeps names away is no reason to fail: ids do without. */
async function orFailure<T>(attempt: Promise<T>): Promise<T | Failure> {
  return attempt.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}
