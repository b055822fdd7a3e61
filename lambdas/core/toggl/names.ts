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
 * What is known once Toggl was asked for groups, as far as it answered; they are not asked for again within a day.
 * @param time milliseconds since 1970
 */
export function groupsAfter(
  known: KnownNames,
  { groups, ...organization }: Pick<KnownNames, "organization_id" | "groups">,
  time: number,
): KnownNames {
  return {
    ...known,
    ...organization,
    ...(groups && { groups: newestThatFit({ ...known.groups, ...groups }, maxBytes.groups) }),
    groups_asked_at: isoTime(time),
    asked_hour: hourOf(time),
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
 * Groups come last, when everything else is stored: whatever keeps them away, the others are there.
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
  const claim = notes.claimHour(workspaceId, hourOf(time), deadline);
  const isClaimed = await (areListsDue ? claim : orFailure(claim));
  if (isClaimed instanceof Failure) return { names: known, asked: [], failure: isClaimed };
  if (!isClaimed) return { names: known, asked: [] };

  const hasTime = () => patience.remainingMs() > minMs;
  const askedWith = { workspaceId, token, patience, time, toggl };
  const lists = areListsDue ? await readLists(known, askedWith, hasTime) : { names: known, asked: [] };
  if (areListsDue) await notes.write(workspaceId, lists.names, deadline);
  const requestsLeft = maxRequests - lists.asked.length;
  const isRoom = requestsLeft >= requestsOfGroups(lists.names) && hasTime();
  if (lists.failure || !areGroupsDue(lists.names, time) || !isRoom) return lists;

  const { names, asked, failure } = await readGroups(lists.names, askedWith);
  const written = await orFailure(notes.write(workspaceId, names, deadline));
  const reason = failure ?? (written instanceof Failure ? written : undefined);
  return { names, asked: [...lists.asked, ...asked], ...(reason && { failure: reason }) };
}

interface AskedWith {
  readonly workspaceId: number;
  readonly token: string;
  readonly patience: Deadline;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly toggl: RefreshPorts["toggl"];
}

async function readLists(
  known: KnownNames,
  { workspaceId, token, patience, time, toggl }: AskedWith,
  hasTime: () => boolean,
): Promise<Refreshed> {
  const asked: string[] = [];
  let names = known;
  do {
    asked.push(`${names.due.list} ${names.due.page}`);
    const answer = await orFailure(toggl.names(workspaceId, names.due, token, patience));
    names = namesAfter(names, answer, time);
    if (answer instanceof Failure) return { names, asked, failure: answer };
  } while (isUnderWay(names) && asked.length < maxRequests && hasTime());
  return { names, asked };
}

/** The organization is asked for once, as Toggl lists groups by it. */
function requestsOfGroups({ organization_id }: KnownNames): number {
  return organization_id === undefined ? 2 : 1;
}

async function readGroups(
  known: KnownNames,
  { workspaceId, token, patience, time, toggl }: AskedWith,
): Promise<Refreshed> {
  const asked = known.organization_id === undefined ? ["workspace"] : [];
  const organization_id = known.organization_id ?? (await orFailure(toggl.organization(workspaceId, token, patience)));
  if (organization_id instanceof Failure) {
    return { names: groupsAfter(known, {}, time), asked, failure: organization_id };
  }
  asked.push("groups");
  const groups = await orFailure(toggl.groups(workspaceId, organization_id, token, patience));
  if (groups instanceof Failure)
    return { names: groupsAfter(known, { organization_id }, time), asked, failure: groups };
  return { names: groupsAfter(known, { organization_id, groups }, time), asked };
}

/** What keeps names away is no reason to fail: ids do without. */
async function orFailure<T>(attempt: Promise<T>): Promise<T | Failure> {
  return attempt.catch((error: unknown) => {
    if (error instanceof Failure) return error;
    throw error;
  });
}
