import type { Deadline } from "../../core/deadline.ts";
import { namesClaimKey, namesKey, warningKey, watchNoteKey } from "../../core/exports/keys.ts";
import type { Coordination, KnownNames, WatchNote } from "../../core/ports/coordination.ts";
import type { Names } from "../../core/ports/toggl.ts";
import { shortened } from "../../core/text.ts";
import { atMost } from "../clock.ts";
import { createJson, readJson, writeJson } from "./json-objects.ts";
import { type Bucket, withS3 } from "./s3-client.ts";

/** A report must not wait longer than that for a bucket that does not answer. */
const maxClaimMs = 2000;

/** Notes in the bucket of what Toggl warned of and on which day: S3's conditional write decides who announces it. */
export function warningClaims(store: Bucket, patienceMs = maxClaimMs): Coordination["warnings"] {
  return {
    claim(day, hash, deadline) {
      return createJson(store, warningKey(day, hash), {}, atMost(patienceMs, deadline));
    },
  };
}

const areNames = {
  what: "A workspace's names",
  fits: ({ projects, users, due }: Partial<KnownNames>) =>
    [projects, users].every((one) => typeof one === "object" && one !== null) &&
    (due?.list === "projects" || due?.list === "users"),
};

/** Names in the bucket, and who has the hour to ask for more: S3's conditional write decides. */
export function nameNotes(store: Bucket): Coordination["names"] {
  return {
    read: (workspaceId, deadline) =>
      withS3("The names could not be read", () =>
        readJson<KnownNames>(store, namesKey(workspaceId), deadline, areNames),
      ),
    write: (workspaceId, names, deadline) =>
      withS3("The names could not be stored", () => writeJson(store, namesKey(workspaceId), names, deadline)),
    claimHour: (workspaceId, hour, deadline) =>
      withS3("The hour to ask for names could not be claimed", () =>
        createJson(store, namesClaimKey(workspaceId, hour), { hour }, deadline),
      ),
  };
}

/** Names are an extra: a file does not wait longer than that for them. */
const maxNamesMs = 5000;

/** Names of a workspace's projects by id, as far as they are known: what keeps them away is no reason to fail. */
export function projectNames(store: Bucket, patienceMs = maxNamesMs) {
  const { read } = nameNotes(store);
  return async (workspaceId: number, deadline: Deadline): Promise<Names> => {
    const soon = atMost(patienceMs, deadline);
    try {
      return (await read(workspaceId, soon))?.projects ?? {};
    } catch (error) {
      const cause = shortened(String(error), 500);
      console.error(JSON.stringify({ level: "ERROR", message: "A file goes without names", workspaceId, cause }));
      return {};
    }
  };
}

const isNote = {
  what: "A schedule's note",
  fits: ({ rule, since = "" }: Partial<WatchNote>) => typeof rule === "string" && !Number.isNaN(Date.parse(since)),
};

/** Notes in the bucket of since when each schedule is the way it is. */
export function watchNotes(store: Bucket): Coordination["watches"] {
  return {
    read: (schedule, deadline) =>
      withS3("A schedule's note could not be read", () =>
        readJson<WatchNote>(store, watchNoteKey(schedule), deadline, isNote),
      ),
    write: (schedule, note, deadline) =>
      withS3("A schedule could not be noted", () => writeJson(store, watchNoteKey(schedule), note, deadline)),
  };
}
