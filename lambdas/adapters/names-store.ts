import type { S3Client } from "@aws-sdk/client-s3";
import { namesClaimKey, namesKey } from "../core/keys.ts";
import type { KnownNames } from "../core/names.ts";
import type { RefreshNamesNeeds } from "../core/refresh-names.ts";
import { createJson, readJson, writeJson } from "./json-objects.ts";
import { withS3 } from "./s3-failure.ts";

const areNames = {
  what: "A workspace's names",
  fits: ({ projects, users, due }: Partial<KnownNames>) =>
    [projects, users].every((one) => typeof one === "object" && one !== null) &&
    (due?.list === "projects" || due?.list === "users"),
};

/** Names in the bucket, and who has the hour to ask for more: S3's conditional write decides. */
export function namesStore(where: { s3: S3Client; bucket: string }): RefreshNamesNeeds["store"] {
  return {
    read: (workspaceId, deadline) =>
      withS3("The names could not be read", () =>
        readJson<KnownNames>(where, namesKey(workspaceId), deadline, areNames),
      ),
    write: (workspaceId, names, deadline) =>
      withS3("The names could not be stored", () => writeJson(where, namesKey(workspaceId), names, deadline)),
    claimHour: (workspaceId, hour, deadline) =>
      withS3("The hour to ask for names could not be claimed", () =>
        createJson(where, namesClaimKey(workspaceId, hour), { hour }, deadline),
      ),
  };
}
