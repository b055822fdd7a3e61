import type { S3Client } from "@aws-sdk/client-s3";
import type { Deadline } from "../core/deadline.ts";
import { warningKey } from "../core/keys.ts";
import { createJson } from "./json-objects.ts";

/** A report must not wait longer than that for a bucket that does not answer. */
const maxClaimMs = 2000;

/** Notes in the bucket of what Toggl warned of and on which day: S3's conditional write decides who announces it. */
export function claimWarning(where: { s3: S3Client; bucket: string }, patienceMs = maxClaimMs) {
  return (day: string, hash: string, deadline: Deadline): Promise<boolean> => {
    const signal = AbortSignal.any([deadline.signal, AbortSignal.timeout(patienceMs)]);
    return createJson(where, warningKey(day, hash), {}, { ...deadline, signal });
  };
}
