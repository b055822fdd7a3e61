import type { Deadline } from "./deadline.ts";
import { Failure } from "./failure.ts";
import { hourOf, type KnownNames, type NameList, type NamePage, namesAfter, nothingKnown } from "./names.ts";

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
