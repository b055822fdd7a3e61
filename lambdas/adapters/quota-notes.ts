import type { S3Client } from "@aws-sdk/client-s3";
import { quotaKey } from "../core/keys.ts";
import type { QuotaNotes } from "../core/quota-note.ts";
import { readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

interface QuotaNotesNeeds {
  readonly where: { s3: S3Client; bucket: string };
  /** Workspace id to the name of its secret: the quota is the token's, whatever the workspace. */
  readonly secrets: ReadonlyMap<number, string>;
}

interface QuotaNote {
  /** Milliseconds since 1970. */
  readonly spent_until: number;
}

const isNote = { what: "A note on quota", fits: (note: Partial<QuotaNote>) => typeof note.spent_until === "number" };

/** Notes in the bucket that a token's quota is spent, so that no run asks in vain to find out. */
export function quotaNotes({ where, secrets }: QuotaNotesNeeds): QuotaNotes {
  const keyOf = (workspaceId: number) => quotaKey(secrets.get(workspaceId) ?? String(workspaceId));
  return {
    spentUntil: (workspaceId, deadline) =>
      withS3("The quota could not be looked up", async () => {
        const note = await readJson<QuotaNote>(where, keyOf(workspaceId), deadline, isNote);
        return note?.spent_until;
      }),
    noteSpent: (workspaceId, spent_until, deadline) =>
      withS3("The quota could not be noted", () => writeJson(where, keyOf(workspaceId), { spent_until }, deadline)),
  };
}
