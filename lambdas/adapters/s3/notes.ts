import type { S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../../core/deadline.ts";
import { namesClaimKey, namesKey, watchNoteKey } from "../../core/exports/keys.ts";
import type { WatchNote } from "../../core/schedules/schedule-health.ts";
import type { KnownNames, RefreshNamesNeeds } from "../../core/toggl/names.ts";
import { createJson, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-client.ts";

const areNames = {
  what: "A workspace's names",
  fits: ({ projects, users, due }: Partial<KnownNames>) =>
    [projects, users].every((one) => typeof one === "object" && one !== null) &&
    (due?.list === "projects" || due?.list === "users"),
};

/** Names in the bucket, and who has the hour to ask for more: S3's conditional write decides. */
export function namesStore(store: { s3: S3Client; bucket: string }): RefreshNamesNeeds["store"] {
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

const isNote = {
  what: "A schedule's note",
  fits: ({ rule, since = "" }: Partial<WatchNote>) => typeof rule === "string" && !Number.isNaN(Date.parse(since)),
};

/** Notes in the bucket of since when each schedule is the way it is. */
export function watchNotes(store: { s3: S3Client; bucket: string }) {
  return {
    read: (schedule: string, deadline: Deadline) =>
      withS3("A schedule's note could not be read", () =>
        readJson<WatchNote>(store, watchNoteKey(schedule), deadline, isNote),
      ),
    write: (schedule: string, note: WatchNote, deadline: Deadline) =>
      withS3("A schedule could not be noted", () => writeJson(store, watchNoteKey(schedule), note, deadline)),
  };
}
