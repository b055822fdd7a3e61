import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Export, ExportFile, SucceededExport } from "../../../api/export.ts";
import { currentFiles } from "../../../lambdas/adapters/s3/current-files.ts";
import { downloadLinks, exportFiles } from "../../../lambdas/adapters/s3/export-files.ts";
import { exportHistory, exportRecords } from "../../../lambdas/adapters/s3/export-records.ts";
import { earlierFiles, publishedFiles } from "../../../lambdas/adapters/s3/published-files.ts";
import { s3Bucket } from "../../../lambdas/adapters/s3/s3-client.ts";
import { recordKey } from "../../../lambdas/core/exports/keys.ts";
import { manifestKey } from "../../../lambdas/core/schedules/manifest.ts";
import { withinMs } from "../toggl/client.ts";
import { type FaultyBucket, logOf, startFaultyBucket } from "./faulty-bucket.ts";

let bucket: FaultyBucket;
let directory: string;
beforeAll(async () => {
  bucket = await startFaultyBucket();
  directory = await mkdtemp(join(tmpdir(), "files-"));
  await writeFile(join(directory, "file"), body);
});
afterAll(async () => {
  await bucket.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => bucket.server.break(/^never$/, "reset", 0));

const soon = () => withinMs(20_000);
const id = "01KAT4XJ5Q8Z3V7C2B9N0M6R1T";
const body = "a,b\n1,2\n";
const sha256 = createHash("sha256").update(body).digest("hex");
const asked_at = "2026-11-03T05:00:00.000Z";
const file = { bytes: body.length, sha256, rows: 1, columns: ["a", "b"], content_type: "text/csv" };

describe("a file that is published", () => {
  const publish = (key: string, more: object = {}) =>
    exportFiles(bucket.store).publish(
      join(directory, "file"),
      { ...file, key, asked_at, expires: false, ...more },
      soon(),
    );

  it("is described as it lies there, says when it was asked for, and stays", async () => {
    expect(await publish("exports/a.csv")).toEqual({ ...file, bucket: "exports", key: "exports/a.csv" });
    expect(await bucket.textOf("exports/a.csv")).toBe(body);
    expect(await bucket.headersOf("exports/a.csv")).toEqual({ type: "text/csv", metadata: { "asked-at": asked_at } });
    expect(await bucket.tagsOf("exports/a.csv")).toEqual({});
  });

  it("may expire where no manifest names it, and bears the hash of what Toggl sent", async () => {
    await publish("exports/b.csv", { expires: true, source_sha256: "5a" });
    expect(await bucket.tagsOf("exports/b.csv")).toEqual({ retention: "expires" });
    const { metadata } = await bucket.headersOf("exports/b.csv");
    expect(metadata).toEqual({ "asked-at": asked_at, "source-sha256": "5a" });
  });

  it("is there once when the answer got lost", async () => {
    bucket.server.break(/^PUT /, "lose-the-answer", 1);
    expect(await publish("exports/lost.csv")).toMatchObject({ key: "exports/lost.csv" });
    expect(bucket.server.seen()).toBe(2);
  });

  it.each([
    ["three times where S3 is busy", { answer: [503, "SlowDown"] }, 3],
    ["once where it may not", { answer: [403, "AccessDenied"] }, 1],
    ["once where there is no bucket", { answer: [404, "NoSuchBucket"] }, 1],
    ["once where another lies there", { answer: [412, "PreconditionFailed"] }, 1],
  ] as const)("is tried %s", async (_, fault, times) => {
    bucket.server.break(/^PUT /, fault, 10);
    const message = `The file could not be stored (S3: ${fault.answer[1]}).`;
    await expect(publish("exports/never.csv")).rejects.toMatchObject({ kind: "storage_unavailable", message });
    expect(bucket.server.seen()).toBe(times);
  });
});

describe("a file that an ended attempt left", () => {
  const found = (key: string, format = "csv") =>
    publishedFiles(bucket.store, 1000).findPublished(key, { format } as Export, soon());

  it("is found with all that its record needs", async () => {
    await bucket.put("exports/left.csv", body, { "asked-at": asked_at, "source-sha256": "5a" });
    const left = await found("exports/left.csv");
    const { bytes, rows, columns } = file;
    const described = { bucket: "exports", key: "exports/left.csv", bytes, rows, columns, sha256 };
    expect(left?.file).toEqual({ ...described, source_sha256: "5a", content_type: "text/csv; charset=utf-8" });
    expect(left).toMatchObject({ asked_at, toggl: { requests: 0 }, sha256 });
    expect(await readFile(left?.path ?? "", "utf8")).toBe(body);
    await left?.discard();
  });

  it("was asked for when it was stored, where nothing says it", async () => {
    await bucket.put("exports/old.csv", body);
    const left = await found("exports/old.csv");
    expect(Math.abs(Date.parse(left?.asked_at ?? "") - Date.now())).toBeLessThan(60_000);
    expect(left?.file).not.toHaveProperty("source_sha256");
    await left?.discard();
  });

  it("is checked as it was the first time, and may be longer by apostrophes", async () => {
    await bucket.put("exports/half.csv", 'a,b\n1,"2');
    await expect(found("exports/half.csv")).rejects.toMatchObject({ kind: "toggl_invalid_file" });
    await bucket.put("exports/long.csv", `a,b\n${"1,2\n".repeat(490)}`);
    await (await found("exports/long.csv"))?.discard();
    await bucket.put("exports/long.csv", `a,b\n${"1,2\n".repeat(510)}`);
    await expect(found("exports/long.csv")).rejects.toMatchObject({ kind: "toggl_file_too_large" });
  });

  it("is none where there is none", async () => {
    expect(await found("exports/gone.csv")).toBeUndefined();
  });
});

describe("an earlier file", () => {
  const earlier = (key: string, more: object = {}) => ({ ...file, bucket: "exports", key, ...more }) as ExportFile;

  it("comes to the disk as it was", async () => {
    await bucket.put("exports/earlier.csv", body);
    const { path, discard } = await earlierFiles(bucket.store).download(earlier("exports/earlier.csv"), soon());
    expect(await readFile(path, "utf8")).toBe(body);
    await discard();
    expect(await earlierFiles(bucket.store).isThere(earlier("exports/earlier.csv"), soon())).toBe(true);
  });

  it("that is gone, or another one by now, is no file to compare with", async () => {
    await bucket.put("exports/earlier.csv", body);
    const download = (key: string, more?: object) => earlierFiles(bucket.store).download(earlier(key, more), soon());
    const gone = "The earlier file exports/gone.csv is gone.";
    await expect(download("exports/gone.csv")).rejects.toMatchObject({ kind: "storage_unavailable", message: gone });
    const other = "The earlier file exports/earlier.csv is not what its record says.";
    const damaged = download("exports/earlier.csv", { sha256: "00" });
    await expect(damaged).rejects.toMatchObject({ kind: "storage_unavailable", message: other });
    await expect(download("exports/earlier.csv", { bytes: 7 })).rejects.toMatchObject({ kind: "toggl_file_too_large" });
    expect(await earlierFiles(bucket.store).isThere(earlier("exports/gone.csv"), soon())).toBe(false);
  });
});

describe("a record", () => {
  const made = { id, workspace_id: 7, report: "trends/projects", format: "csv", parameters: {}, requested_by: "http" };
  const record = (more: object) => ({ ...made, status: "queued", created_at: asked_at, ...more }) as Export;
  const history = () => exportHistory(bucket.store);

  it.each([
    ["of a caller's", {}, { retention: "expires" }],
    ["of a schedule's", { schedule: "monthly" }, {}],
    ["of a schedule's that failed", { schedule: "monthly", status: "failed" }, { retention: "expires" }],
  ])("%s may expire, or is kept", async (_, more, tags) => {
    await exportRecords(bucket.store).write(record(more), soon());
    expect(await bucket.tagsOf(recordKey(7, id))).toEqual(tags);
    expect(await history().find(7, id, soon())).toEqual(record(more));
    expect(await history().get(7, id, soon())).toEqual(record(more));
  });

  it("that is new is marked the same way", async () => {
    const other = record({ id: "01KAT4XJ5Q8Z3V7C2B9N0M6R1V" });
    await exportRecords(bucket.store).create(other, soon());
    expect(await bucket.tagsOf(recordKey(7, other.id))).toEqual({ retention: "expires" });
  });

  it("that is damaged is named: in the log, and to who asks for it", async () => {
    await bucket.put(recordKey(8, id), "{}");
    const key = recordKey(8, id);
    const line = { level: "ERROR", message: "A record is damaged and was left out", key };
    const message = `What is kept of export ${id} is damaged (${key} in the bucket).`;
    const get = () => expect(history().get(8, id, soon())).rejects.toMatchObject({ kind: "record_damaged", message });
    expect(await logOf(get)).toEqual([line]);
    expect(await logOf(async () => expect(await history().find(8, id, soon())).toBeUndefined())).toEqual([line]);
    expect(await logOf(() => history().page({ workspaceId: 8, limit: 9 }, soon()))).toEqual([line]);
  });

  it("that cannot be read is named with the reason, and not where it can", async () => {
    const other = "01KAT4XJ5Q8Z3V7C2B9N0M6R1V";
    for (const one of [id, other])
      await exportRecords(bucket.store).write(record({ id: one, workspace_id: 9 }), soon());
    expect(await logOf(() => history().get(9, id, soon()))).toEqual([]);
    bucket.server.break(/^GET .*\/records\//, { answer: [403, "AccessDenied"] }, 1);
    const [line] = await logOf(() => history().page({ workspaceId: 9, limit: 9 }, soon()));
    expect(line).toMatchObject({ level: "ERROR", message: "A record cannot be read and was left out" });
    expect(line).toHaveProperty("cause", "AccessDenied: planned");
  });
});

describe("a manifest", () => {
  const key = manifestKey("monthly");

  it("that is damaged counts as none, is named in the log, and can be written over", async () => {
    await bucket.put(key, "{}");
    const { read, write } = currentFiles(bucket.store);
    let version: string | undefined;
    const log = await logOf(async () => {
      const found = await read("monthly", soon());
      expect(found).toEqual({ manifest: undefined, version: expect.any(String) });
      version = found.version;
    });
    const message = "A manifest is damaged; npx toggl-insights rebuild makes it again";
    expect(log).toEqual([{ level: "ERROR", message, reason: expect.any(String), key }]);
    const manifest = { schedule: "monthly", entries: [] } as never;
    expect(await write(manifest, undefined, soon())).toBe(false);
    expect(await write(manifest, version, soon())).toBe(true);
    expect(await write(manifest, version, soon())).toBe(false);
    expect((await bucket.headersOf(key)).type).toBe("application/json");
  });

  it("is none where there is none", async () => {
    expect(await currentFiles(bucket.store).read("none", soon())).toEqual({ manifest: undefined, version: undefined });
    expect(await currentFiles(bucket.store).get("none", soon())).toBeUndefined();
  });

  it.each(["PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"])(
    "that somebody else wrote meanwhile is not written: %s",
    async (code) => {
      bucket.server.break(/^PUT /, { answer: [code === "NoSuchKey" ? 404 : 412, code] }, 1);
      expect(await currentFiles(bucket.store).write({ schedule: "s" } as never, '"etag"', soon())).toBe(false);
    },
  );
});

it("gives a link that GET takes, until a time that is written without milliseconds", async () => {
  await bucket.put("exports/link.csv", body);
  const clock = { now: () => Math.floor(Date.now() / 1000) * 1000 };
  const made = { id, report: "trends/projects", format: "csv", parameters: {}, file: { key: "exports/link.csv" } };
  const link = downloadLinks(bucket.store, { seconds: 60, clock }).link(made as SucceededExport);
  const { download_url, download_url_expires_at } = await link;
  expect(await (await fetch(download_url)).text()).toBe(body);
  expect(download_url_expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

describe("the client of the bucket", () => {
  beforeEach(() => vi.stubEnv("AWS_REGION", "eu-central-1"));
  afterEach(() => vi.unstubAllEnvs());

  it.each([
    ["AWS's S3", undefined, false],
    ["a server of one's own, with the bucket in the path", "http://127.0.0.1:9", true],
  ])("asks %s, and computes no checksum that is not asked for", async (_, endpoint, forcePathStyle) => {
    vi.stubEnv("AWS_ENDPOINT_URL_S3", endpoint);
    const { s3, bucket: name } = s3Bucket("exports");
    expect(name).toBe("exports");
    expect(s3.config.forcePathStyle).toBe(forcePathStyle);
    expect(await s3.config.requestChecksumCalculation()).toBe("WHEN_REQUIRED");
    expect(await s3.config.responseChecksumValidation()).toBe("WHEN_REQUIRED");
  });
});
