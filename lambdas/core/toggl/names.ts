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
  users: 2.2 * 1024 ** 2,
  groups: 0.3 * 1024 ** 2,
  clients: 0.4 * 1024 ** 2,
  project_clients: 0.5 * 1024 ** 2,
} as const;

/** The hour that a moment is in, such as `2026-11-24T20`. */
export function hourOf(time: number): string {
  return isoTime(time).slice(0, 13);
}

/** Whether Toggl is to be asked: names were never read whole, or a day ago, or somebody misses one. */
function areDue({ read_at = "", due, isHalfway }: KnownNames, areMissed: boolean, time: number): boolean {
  return areMissed || isUnderWay({ due, isHalfway }) || !isOfLastDay(read_at, time);
}

/** Whether groups are to be asked for: once a day, whatever came of it, and after the other lists. */
function areGroupsDue({ groups_asked_at = "", ...known }: KnownNames, time: number): boolean {
  return !areDue(known, false, time) && !isOfLastDay(groups_asked_at, time);
}

function isOfLastDay(moment: string, time: number): boolean {
  const age = time - Date.parse(moment);
  return age >= 0 && age < dayMs;
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

/**
 * What is known once Toggl was asked for groups, as far as it answered; they are not asked for again within a day. An
 * organization that is not given is forgotten: the workspace may have moved.
 * @param time milliseconds since 1970
 */
export function groupsAfter(
  known: KnownNames,
  { groups, ...organization }: Pick<KnownNames, "organization_id" | "groups">,
  time: number,
): KnownNames {
  const { organization_id, ...others } = known;
  return {
    ...others,
    ...organization,
    ...(groups && { groups: newestThatFit({ ...known.groups, ...groups }, maxBytes.groups) }),
    groups_asked_at: isoTime(time),
  };
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

interface Refreshed {
  readonly names: KnownNames;
  /** What Toggl was asked for, in this order, such as `users 1` and `groups`. */
  readonly asked: readonly string[];
  /** Why not all that was due came. */
  readonly failure?: Failure;
}

type RefreshPorts = Using<{
  coordination: "names";
  toggl: "token" | "names" | "organization" | "groups";
  clock: "now";
}>;

/**
 * A workspace's names, read whole if that is due and nobody has asked Toggl in this hour. Whoever claims the hour asks,
 * one page after the other until all is read, something fails, or requests or time are used up; then the next hour goes
 * on there. All others take what is known. The token is read before: a secret that is not filled yet costs no hour.
 * Groups come last, when everything else is stored: whatever keeps them away, the others are there. They have a claim of
 * their own, so that nobody who misses another name finds the hour gone.
 * @param patience until when to wait for the token and Toggl
 * @param areMissed whether the caller has seen an id of a project or a person without a name
 */
export async function refreshNames(
  workspaceId: number,
  { deadline, patience, areMissed }: { deadline: Deadline; patience: Deadline; areMissed: boolean },
  { coordination: { names: notes }, toggl, clock }: RefreshPorts,
): Promise<Refreshed> {
  const known = (await notes.read(workspaceId, deadline)) ?? nothingKnown;
  const time = clock.now();
  const areListsDue = areDue(known, areMissed, time);
  if (known.asked_hour === hourOf(time) || !(areListsDue || areGroupsDue(known, time))) {
    return { names: known, asked: [] };
  }
  const token = await orFailure(toggl.token(workspaceId, patience));
  if (token instanceof Failure) return { names: known, asked: [], failure: token };
  const reading = { workspaceId, token, deadline, patience, time, notes, toggl };
  const lists = areListsDue ? await refreshLists(known, reading) : { names: known, asked: [] };
  const isRoom = maxRequests - lists.asked.length >= requestsOfGroups(lists.names) && hasTime(patience);
  const isStopped = lists.failure !== undefined && isRetryable(lists.failure);
  if (isStopped || !areGroupsDue(lists.names, time) || !isRoom) return lists;

  const { names, asked, failure } = await refreshGroups(lists.names, reading);
  const first = lists.failure ?? failure;
  return { names, asked: [...lists.asked, ...asked], ...(first && { failure: first }) };
}

interface Reading {
  readonly workspaceId: number;
  readonly token: string;
  readonly deadline: Deadline;
  readonly patience: Deadline;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly notes: RefreshPorts["coordination"]["names"];
  readonly toggl: RefreshPorts["toggl"];
}

function hasTime(patience: Deadline): boolean {
  return patience.remainingMs() > minMs;
}

async function refreshLists(known: KnownNames, reading: Reading): Promise<Refreshed> {
  const { workspaceId, deadline, time, notes } = reading;
  if (!(await notes.claimHour(workspaceId, hourOf(time), deadline))) return { names: known, asked: [] };
  const lists = await readLists(known, reading);
  await notes.write(workspaceId, lists.names, deadline);
  return lists;
}

async function readLists(
  known: KnownNames,
  { workspaceId, token, patience, time, toggl }: Reading,
): Promise<Refreshed> {
  // Groups may have been asked for in this hour already, alone.
  const max = maxRequests - (known.groups_asked_at?.startsWith(hourOf(time)) ? maxRequestsOfGroups : 0);
  const asked: string[] = [];
  let names = known;
  do {
    asked.push(`${names.due.list} ${names.due.page}`);
    const answer = await orFailure(toggl.names(workspaceId, names.due, token, patience));
    names = namesAfter(names, answer, time);
    if (answer instanceof Failure) return { names, asked, failure: answer };
  } while (isUnderWay(names) && asked.length < max && hasTime(patience));
  return { names, asked };
}

const maxRequestsOfGroups = 2;

/** The organization is asked for once, as Toggl lists groups by it. */
function requestsOfGroups({ organization_id }: KnownNames): number {
  return organization_id === undefined ? maxRequestsOfGroups : 1;
}

/** Reads groups, and puts them into what is stored by then: somebody else may have read the lists meanwhile. */
async function refreshGroups(known: KnownNames, reading: Reading): Promise<Refreshed> {
  const { workspaceId, deadline, time, notes } = reading;
  const isClaimed = await orFailure(notes.claimHour(workspaceId, `${hourOf(time)}-groups`, deadline));
  if (isClaimed instanceof Failure) return { names: known, asked: [], failure: isClaimed };
  if (!isClaimed) return { names: known, asked: [] };
  const { addedTo, asked, failure } = await readGroups(known, reading);
  const stored = await orFailure(notes.read(workspaceId, deadline));
  if (stored instanceof Failure) return { names: addedTo(known), asked, failure: failure ?? stored };
  const names = addedTo(stored ?? known);
  const written = await orFailure(notes.write(workspaceId, names, deadline));
  const reason = failure ?? (written instanceof Failure ? written : undefined);
  return { names, asked, ...(reason && { failure: reason }) };
}

interface GroupsRead extends Pick<Refreshed, "asked" | "failure"> {
  readonly addedTo: (known: KnownNames) => KnownNames;
}

async function readGroups(
  known: KnownNames,
  { workspaceId, token, patience, time, toggl }: Reading,
): Promise<GroupsRead> {
  const asked = known.organization_id === undefined ? ["workspace"] : [];
  const organization_id = known.organization_id ?? (await orFailure(toggl.organization(workspaceId, token, patience)));
  if (organization_id instanceof Failure) {
    return { addedTo: (names) => groupsAfter(names, {}, time), asked, failure: organization_id };
  }
  if (!hasTime(patience)) return { addedTo: (names) => ({ ...names, organization_id }), asked };
  asked.push("groups");
  const groups = await orFailure(toggl.groups(workspaceId, organization_id, token, patience));
  if (groups instanceof Failure) {
    const kept = isRetryable(groups) ? { organization_id } : {};
    return { addedTo: (names) => groupsAfter(names, kept, time), asked, failure: groups };
  }
  return { addedTo: (names) => groupsAfter(names, { organization_id, groups }, time), asked };
}

/** What keeps names away is no reason to fail: ids do without. */
async function orFailure<T>(attempt: Promise<T>): Promise<T | Failure> {
  return attempt.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}
