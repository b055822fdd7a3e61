import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Manifest, ManifestEntry } from "../../../api/manifest.ts";
import { currentFiles } from "../../../lambdas/adapters/s3/current-files.ts";
import { acceptedColumnsKey } from "../../../lambdas/core/exports/keys.ts";
import { manifestKey } from "../../../lambdas/core/schedules/manifest.ts";
import { type FaultyS3, settings, startFaultyS3 } from "../../e2e/faulty-s3.ts";
import { inPagesOf } from "../../local/small-pages.ts";
import { withinMs } from "../toggl/client.ts";

let server: FaultyS3;
let s3: S3Client;
const Bucket = "exports";
const files = () => currentFiles({ s3, bucket: Bucket });
const deadline = withinMs(60_000);

beforeAll(async () => {
  server = await startFaultyS3();
  const client = new S3Client({
    ...settings,
    endpoint: server.env.AWS_ENDPOINT_URL_S3 ?? "",
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
  s3 = inPagesOf(10, client);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3.destroy();
  await server.close();
});

const put = (Key: string, Body: string, Tagging?: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key, Body, Tagging, ContentType: "text/csv" }));
const get = async (Key: string) => {
  const { Body, ContentType } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return [await Body?.transformToString(), ContentType];
};
const tagsOf = async (Key: string) => {
  const { TagSet = [] } = await s3.send(new GetObjectTaggingCommand({ Bucket, Key }));
  return TagSet.map(({ Key: name, Value }) => `${name}=${Value}`);
};

const manifestOf = (schedule: string, written_at = "2026-11-03T06:00:00.000Z"): Manifest => ({
  schedule,
  definition_sha256: "0".repeat(64),
  written_at,
  entries: [],
});

it("shows a manifest as it was written, and nothing where there is none", async () => {
  const { get: shown, write } = files();
  expect(await shown("never", deadline)).toBeUndefined();
  await write(manifestOf("shown"), undefined, deadline);
  expect(await shown("shown", deadline)).toEqual(manifestOf("shown"));
});

it.each([
  ["is empty", "", "it is no JSON object"],
  ["ends in the middle", '{"schedule":"damaged","entr', "it is no JSON object"],
  ["is another schedule's", JSON.stringify(manifestOf("another")), "schedule is not its own"],
])("tells that a manifest %s, in place of showing none", async (_, text, why) => {
  await put(manifestKey("damaged"), text);
  await expect(files().get("damaged", deadline)).rejects.toMatchObject({
    kind: "manifest_damaged",
    message: expect.stringMatching(new RegExp(`${why}.*current/schedule=damaged/manifest\\.json`)),
  });
});

it("gives a manifest to one of all who write on top of the same version", async () => {
  const { read, write } = files();
  expect(await read("raced", deadline)).toEqual({ manifest: undefined, version: undefined });
  const created = await Promise.all(Array.from({ length: 8 }, () => write(manifestOf("raced"), undefined, deadline)));
  expect(created.filter(Boolean)).toHaveLength(1);
  const { version } = await read("raced", deadline);
  const times = Array.from({ length: 8 }, (_, at) => `2026-11-03T06:00:01.00${at}Z`);
  const written = await Promise.all(times.map((time) => write(manifestOf("raced", time), version, deadline)));
  expect(written.filter(Boolean)).toHaveLength(1);
  expect((await read("raced", deadline)).manifest?.written_at).toBe(times[written.indexOf(true)]);
  expect(await write(manifestOf("raced"), version, deadline)).toBe(false);
});

it("does not write on top of one that was deleted meanwhile", async () => {
  expect(await files().write(manifestOf("deleted"), '"0123"', deadline)).toBe(false);
});

it("counts a damaged manifest as none, and writes over it", async () => {
  for (const text of [
    "{",
    "null",
    "[]",
    '{"schedule":"damaged"}',
    '{"schedule":"damaged","definition_sha256":"0","entries":[{}]}',
  ]) {
    await put(manifestKey("damaged"), text);
    const { manifest, version } = await files().read("damaged", deadline);
    expect(manifest, text).toBeUndefined();
    expect(await files().write(manifestOf("damaged"), version, deadline), text).toBe(true);
  }
});

it("copies the bytes and their type, without the mark that lets the ledger's file expire", async () => {
  const source_key = "exports/report=a b/ä+1=2.csv";
  await put(source_key, "a,b\n1,2\n", "retention=expires");
  const entry = {
    source_key,
    key: "current/schedule=s/workspace_id=7/format=csv/from_date=2026-10-01/s.csv",
  } as ManifestEntry;
  expect(await files().copy(entry, deadline)).toBe(true);
  expect(await get(entry.key)).toEqual(["a,b\n1,2\n", "text/csv"]);
  expect(await tagsOf(entry.key)).toEqual([]);
  expect(await files().copy({ ...entry, source_key: "exports/gone" }, deadline)).toBe(false);
});

it("lists all of a schedule's files but the manifest, page by page, and deletes them", async () => {
  const keys = Array.from(
    { length: 25 },
    (_, at) => `current/schedule=many/workspace_id=7/format=csv/from_date=${at}/many.csv`,
  );
  await Promise.all(keys.map((key) => put(key, "a")));
  await put(manifestKey("many"), JSON.stringify(manifestOf("many")));
  await put("current/schedule=many-more/manifest.json", "{}");
  expect(await files().list("many", deadline)).toEqual(keys.toSorted());
  await files().remove(keys, deadline);
  expect(await files().list("many", deadline)).toEqual([]);
  expect((await files().read("many", deadline)).manifest).toBeDefined();
});

it("marks what may expire and what is kept, and needs nothing of what is gone", async () => {
  await put("records/one", "a");
  await files().mark(["records/one", "records/gone"], "expires", deadline);
  expect(await tagsOf("records/one")).toEqual(["retention=expires"]);
  await files().mark(["records/one"], "kept", deadline);
  expect(await tagsOf("records/one")).toEqual(["retention=kept"]);
});

it("remembers accepted columns, and none where what is kept of them is damaged", async () => {
  const accepted = [{ workspace_id: 7, format: "csv", columns: ["Client", ""] }] as const;
  expect(await files().accepted("s", deadline)).toEqual([]);
  await files().accept("s", accepted, deadline);
  expect(await files().accepted("s", deadline)).toEqual(accepted);
  await put(acceptedColumnsKey("s"), '{"accepted":[{}]}');
  expect(await files().accepted("s", deadline)).toEqual([]);
});

it("fails with storage_unavailable where S3 does not answer", async () => {
  const nowhere = new S3Client({ ...settings, endpoint: "http://127.0.0.1:9", maxAttempts: 1 });
  const { read, write, copy, list, remove, mark, accepted } = currentFiles({ s3: nowhere, bucket: Bucket });
  const entry = { source_key: "a", key: "b" } as ManifestEntry;
  const calls = [
    read("s", deadline),
    write(manifestOf("s"), undefined, deadline),
    copy(entry, deadline),
    list("s", deadline),
    remove(["a"], deadline),
    mark(["a"], "kept", deadline),
    accepted("s", deadline),
  ];
  const outcomes = await Promise.allSettled(calls);
  expect(outcomes.map((one) => one.status === "rejected" && one.reason.kind)).toEqual(
    calls.map(() => "storage_unavailable"),
  );
  nowhere.destroy();
});
