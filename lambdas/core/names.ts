import { bytesInAnswer } from "./bounded.ts";
import { Failure } from "./failure.ts";
import { isoTime } from "./times.ts";

/** Names by the ids that Insights speaks of. */
export type Names = Readonly<Record<string, string>>;

/** What one request to Toggl gets: a page of its projects, or all people of the workspace. */
export interface NameList {
  readonly list: "projects" | "users";
  /** Counts from 1; people come on one page. */
  readonly page: number;
}

/** A list as it came. */
export interface NamePage {
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
