import type { S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import { warningKey } from "../core/keys.ts";
import { createJson } from "./json-objects.ts";

/** Notes in the bucket of what Toggl warned of and on which day: S3's conditional write decides who tells of it. */
export function claimWarning(where: { s3: S3Client; bucket: string }) {
  return (day: string, hash: string, deadline: Deadline): Promise<boolean> =>
    createJson(where, warningKey(day, hash), {}, deadline);
}
