import type { S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import { watchNoteKey } from "../core/keys.ts";
import type { WatchNote } from "../core/schedule-health.ts";
import { readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

const isNote = {
  what: "A schedule's note",
  fits: ({ rule, since = "" }: Partial<WatchNote>) => typeof rule === "string" && !Number.isNaN(Date.parse(since)),
};

/** Notes in the bucket of since when each schedule is the way it is. */
export function watchNotes(where: { s3: S3Client; bucket: string }) {
  return {
    read: (schedule: string, deadline: Deadline) =>
      withS3("A schedule's note could not be read", () =>
        readJson<WatchNote>(where, watchNoteKey(schedule), deadline, isNote),
      ),
    write: (schedule: string, note: WatchNote, deadline: Deadline) =>
      withS3("A schedule could not be noted", () => writeJson(where, watchNoteKey(schedule), note, deadline)),
  };
}
