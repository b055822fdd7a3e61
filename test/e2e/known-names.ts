import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Local } from "../../cli/start/start-local.ts";
import { namesClaimKey, namesKey } from "../../lambdas/core/exports/keys.ts";
import type { KnownNames } from "../../lambdas/core/ports/coordination.ts";
import { s3Of } from "./bucket-contents.ts";

/** Has the bucket hold these names of a workspace, as of an hour that is long over. */
export async function putNames(local: Local, workspaceId: number, known: KnownNames): Promise<void> {
  const Body = JSON.stringify({ ...known, asked_hour: "2026-11-02T05" });
  await s3Of(local).send(new PutObjectCommand({ Bucket: local.bucket, Key: namesKey(workspaceId), Body }));
}

/** What the bucket holds of a workspace's names. */
export async function storedNames(local: Local, workspaceId: number): Promise<KnownNames> {
  const { Body } = await s3Of(local).send(new GetObjectCommand({ Bucket: local.bucket, Key: namesKey(workspaceId) }));
  return JSON.parse((await Body?.transformToString()) ?? "");
}

/** Nobody waits for an hour: the one in which Toggl was asked becomes one that is over. */
export async function anHourLater(local: Local, workspaceId: number): Promise<void> {
  const known = await storedNames(local, workspaceId);
  const Key = namesClaimKey(workspaceId, known.asked_hour ?? "");
  await s3Of(local).send(new DeleteObjectCommand({ Bucket: local.bucket, Key }));
  await putNames(local, workspaceId, known);
}
