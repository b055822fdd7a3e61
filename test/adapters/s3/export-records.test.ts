import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DeleteObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { Export } from "../../../api/export.ts";
import { exportHistory } from "../../../lambdas/adapters/s3/export-records.ts";
import { newExportId } from "../../../lambdas/core/exports/export-id.ts";
import { recordKey } from "../../../lambdas/core/exports/keys.ts";
import type { HistoryPart } from "../../../lambdas/core/ports/exports.ts";
import { deadlineAt } from "../../../lambdas/http/deadline-at.ts";
import { type FaultyS3, settings, startFaultyS3 } from "../../e2e/faulty-s3.ts";
import { putAll } from "../../local/put-all.ts";
import { type S3Server, testS3 } from "../../local/s3-server.ts";
import { reportedCases } from "../../reported/reported-cases.ts";

const startedAt = Date.parse("2026-11-01T00:00:00Z");
const deadline = () => deadlineAt(Date.now() + 60_000, Date.now());
const where = () => ({ s3: client, bucket: server.bucket });

let server: S3Server;
let client: S3Client;
beforeAll(async () => {
  server = await testS3();
  client = server.client();
});
afterAll(() => server.close());
afterEach(() => vi.restoreAllMocks());

/** The record of the export that was made so many seconds after the first. */
function exportAt(seconds: number, workspace_id: number): Export {
  return {
    id: newExportId(startedAt + seconds * 1000),
    status: "succeeded",
    workspace_id,
    report: "trends/projects",
    format: "csv",
    parameters: {},
    requested_by: "http",
    created_at: "2026-11-01T00:00:00Z",
  } as Export;
}

const recordOf = (made: Export): [string, string] => [recordKey(made.workspace_id, made.id), JSON.stringify(made)];

it("gives each of 12 records once, newest first, whatever the page", async () => {
  const made = Array.from({ length: 12 }, (_, at) => exportAt(at, 1));
  await putAll(client, server.bucket, made.map(recordOf));
  for (const limit of [1, 5, 6, 12, 100]) {
    const ids: string[] = [];
    for (let after: string | undefined; ; ) {
      const page = await exportHistory(where()).page({ workspaceId: 1, after, limit }, deadline());
      expect(page.exports).toHaveLength(Math.min(limit, made.length - ids.length));
      ids.push(...page.exports.map(({ id }) => id));
      if (page.next === undefined) break;
      after = page.next;
    }
    expect(ids).toEqual(made.map(({ id }) => id).reverse());
  }
});

it("reads a page of 100 with fewer requests at once than the client has connections, or some time out", async () => {
  const made = Array.from({ length: 100 }, (_, at) => exportAt(at, 2));
  await putAll(client, server.bucket, made.map(recordOf));
  let underWay = 0;
  let most = 0;
  const send = vi.spyOn(client, "send").mockImplementation(async (...given: unknown[]) => {
    most = Math.max(most, ++underWay);
    return Reflect.apply(S3Client.prototype.send, client, given).finally(() => underWay--);
  });
  const page = await exportHistory(where()).page({ workspaceId: 2, limit: 100 }, deadline());
  expect(page.exports).toHaveLength(100);
  expect(send).toHaveBeenCalledTimes(101);
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThan(50);
});

let nextWorkspace = 100;

it("reads a record again when it was written since, and not before", async () => {
  const workspaceId = nextWorkspace++;
  const made = [0, 1, 2].map((at) => exportAt(at, workspaceId)) as [Export, Export, Export];
  await putAll(client, server.bucket, made.map(recordOf));
  const history = exportHistory(where());
  const send = vi.spyOn(client, "send");
  const page = async () => {
    send.mockClear();
    const { exports } = await history.page({ workspaceId, limit: 20 }, deadline());
    return { exports, requests: send.mock.calls.length };
  };
  const [oldest, middle, newest] = made;
  expect(await page()).toEqual({ exports: [newest, middle, oldest], requests: 4 });
  expect(await page()).toEqual({ exports: [newest, middle, oldest], requests: 1 });

  const failed = { ...middle, status: "failed" } as Export;
  await putAll(client, server.bucket, [recordOf(failed)]);
  expect(await history.get(workspaceId, middle.id, deadline())).toEqual(failed);
  expect(await page()).toEqual({ exports: [newest, failed, oldest], requests: 2 });

  await client.send(new DeleteObjectCommand({ Bucket: server.bucket, Key: recordKey(workspaceId, newest.id) }));
  expect(await page()).toEqual({ exports: [failed, oldest], requests: 1 });
});

it("keeps the 2,000 that it read last, and none of more than 10,000 characters", async () => {
  const workspaceId = nextWorkspace++;
  const versions = new Map<string, string>();
  const texts = new Map<string, string>();
  const write = ([key, text]: [string, string], version = "1") => {
    versions.set(key, version);
    texts.set(key, text);
    return key;
  };
  const ofLength = (characters: number, [key, text]: [string, string]) =>
    write([key, `${text}${" ".repeat(characters - text.length)}`]);
  const reads: string[] = [];
  const s3 = {
    async send({ input: { Key } }: { input: { Key?: string } }) {
      if (Key === undefined) return { Contents: [...versions].map(([key, ETag]) => ({ Key: key, ETag })) };
      reads.push(Key);
      return { ETag: versions.get(Key), Body: { transformToString: async () => texts.get(Key) } };
    },
  } as unknown as S3Client;
  const history = exportHistory({ s3, bucket: "b" });
  const readFor = async () => {
    expect((await history.page({ workspaceId, limit: 5000 }, deadline())).exports).toHaveLength(texts.size);
    return reads.splice(0);
  };

  const tooLong = ofLength(10_001, recordOf(exportAt(1, workspaceId)));
  const [first, second, ...others] = Array.from({ length: 2000 }, (_, at) =>
    ofLength(10_000, recordOf(exportAt(at + 2, workspaceId))),
  );
  expect(await readFor()).toEqual([tooLong, first, second, ...others]);
  expect(await readFor()).toEqual([tooLong]);

  if (first) write([first, texts.get(first) ?? ""], "2"); // and is the last that was read, then
  expect(await readFor()).toEqual([tooLong, first]);
  const another = write(recordOf(exportAt(5000, workspaceId)));
  expect(await readFor()).toEqual([tooLong, another]);
  expect(await readFor()).toEqual([tooLong, second]);
});

/** A history of three whose middle record holds this text: what the page gives, what one alone does, and the log. */
async function withMiddle(textOf: (middle: Export) => string) {
  const workspaceId = nextWorkspace++;
  const [oldest, middle, newest] = [0, 1, 2].map((at) => exportAt(at, workspaceId)) as [Export, Export, Export];
  const records = [oldest, newest].map(recordOf);
  await putAll(client, server.bucket, [...records, [recordKey(workspaceId, middle.id), textOf(middle)]]);
  const log = vi.spyOn(console, "error").mockImplementation(() => {});
  const page = await exportHistory(where()).page({ workspaceId, limit: 20 }, deadline());
  const logged = log.mock.calls.some(([line]) => String(line).includes(recordKey(workspaceId, middle.id)));
  const alone = await exportHistory(where())
    .get(workspaceId, middle.id, deadline())
    .catch((error) => error.kind);
  const found = await exportHistory(where()).find(workspaceId, middle.id, deadline());
  const nameOf = (id: string) =>
    ["oldest", "middle", "newest"][[oldest, middle, newest].findIndex((one) => one.id === id)];
  return {
    shown: page.exports.map(({ id }) => nameOf(id)),
    unreadable: page.unreadable.map(nameOf),
    logged,
    alone,
    found,
  };
}

const leftOut = {
  shown: ["newest", "oldest"],
  unreadable: ["middle"],
  logged: true,
  alone: "record_damaged",
  found: undefined,
};

reportedCases("One record that is no record leaves the rest of the history as it is", [
  { name: "null", before: "500 for the whole history", right: leftOut, now: () => withMiddle(() => "null") },
  { name: "half of one", before: "left out, 404 alone", right: leftOut, now: () => withMiddle(() => '{"id":') },
  { name: "nothing", before: "left out, 404 alone", right: leftOut, now: () => withMiddle(() => "") },
  { name: "a number", before: "shown as a number", right: leftOut, now: () => withMiddle(() => "7") },
  { name: "a text", before: "shown as a text", right: leftOut, now: () => withMiddle(() => '"x"') },
  { name: "a list", before: "shown as a list", right: leftOut, now: () => withMiddle(() => "[]") },
  { name: "an empty object", before: "shown as {}", right: leftOut, now: () => withMiddle(() => "{}") },
  {
    name: "parameters of null",
    before: "shown as it is",
    right: leftOut,
    now: () => withMiddle((middle) => JSON.stringify({ ...middle, parameters: null })),
  },
  {
    name: "a file of null",
    before: "500 for the export itself",
    right: leftOut,
    now: () => withMiddle((middle) => JSON.stringify({ ...middle, file: null })),
  },
  {
    name: "another workspace's record",
    before: "shown",
    right: leftOut,
    now: () => withMiddle((middle) => JSON.stringify({ ...middle, workspace_id: 9 })),
  },
  {
    name: "another export's record",
    before: "shown twice",
    right: leftOut,
    now: () => withMiddle((middle) => JSON.stringify({ ...middle, id: newExportId(startedAt) })),
  },
  ...["occurrence", "created_at", "completed_at", "resumes_at"].map((field) => ({
    name: `${field} that is no time`,
    before: field === "occurrence" ? "500 for all schedules, none is watched" : "shown as it is",
    right: leftOut,
    now: () => withMiddle((middle) => JSON.stringify({ ...middle, [field]: "2026-02-30T05:00:00Z" })),
  })),
  {
    name: "a status and a report of a later version",
    before: "right",
    right: ["newest", "middle", "oldest"],
    now: async () => {
      const later = { status: "paused", report: "data_trends/projects", format: "parquet", more: [1] };
      return (await withMiddle((middle) => JSON.stringify({ ...middle, ...later }))).shown;
    },
  },
]);

it("passes over what is no export's at all, and goes on behind it", async () => {
  const workspaceId = nextWorkspace++;
  const made = [0, 1].map((at) => exportAt(at, workspaceId));
  await putAll(client, server.bucket, [
    ...made.map(recordOf),
    [`records/workspace_id=${workspaceId}/0-notes.txt`, "by hand"],
    [`records/workspace_id=${workspaceId}/z.json`, "{}"],
  ]);
  vi.spyOn(console, "error").mockImplementation(() => {});
  const page = await exportHistory(where()).page({ workspaceId, limit: 2 }, deadline());
  expect(page).toEqual({ exports: [made[1]], unreadable: [], next: made[1]?.id });
  const rest = await exportHistory(where()).page({ workspaceId, limit: 5, after: page.next }, deadline());
  expect(rest).toEqual({ exports: [made[0]], unreadable: [] });
});

describe("a read that fails", () => {
  let faulty: FaultyS3;
  let s3: S3Client;
  const bucket = "faulty";
  const made = [0, 1, 2].map((at) => exportAt(at, 1));
  const middle = made[1] as Export;

  beforeAll(async () => {
    faulty = await startFaultyS3([bucket]);
    const { AWS_ENDPOINT_URL_S3: endpoint = "", AWS_REGION: region = "" } = faulty.env;
    const { credentials } = settings;
    s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
    await putAll(s3, bucket, made.map(recordOf));
  });
  afterAll(() => faulty.close());

  const read = (options: Partial<HistoryPart> = {}) =>
    exportHistory({ s3, bucket }).page({ workspaceId: 1, limit: 20, ...options }, deadline());

  it.each([
    ["500", { answer: [500, "InternalError"] }],
    ["403", { answer: [403, "AccessDenied"] }],
    ["a connection that breaks", "reset"],
  ] as const)("with %s hides that export alone, and says which", async (_, fault) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    faulty.break(new RegExp(recordKey(1, middle.id).slice(-31)), fault, 100);
    expect(await read()).toEqual({ exports: [made[2], made[0]], unreadable: [middle.id] });
    expect(String(log.mock.calls[0]?.[0])).toContain("cannot be read");
  });

  it("leaves what was read before in sight", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const history = exportHistory({ s3, bucket });
    await history.page({ workspaceId: 1, limit: 20 }, deadline());
    const later = exportAt(3, 1);
    await putAll(s3, bucket, [recordOf(later)]);
    faulty.break(/^GET .*\/records\//, { answer: [503, "SlowDown"] }, 1);
    const page = await history.page({ workspaceId: 1, limit: 20 }, deadline());
    expect(page).toEqual({ exports: made.toReversed(), unreadable: [later.id] });
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: recordKey(1, later.id) }));
  });

  it("is a failure of the whole page where no read goes through: an empty history would be a lie", async () => {
    faulty.break(/^GET .*\/records\//, { answer: [503, "SlowDown"] }, 100);
    await expect(read()).rejects.toMatchObject({ kind: "storage_unavailable" });
  });
});

it("takes a file that was removed from the local folder for one that is gone, and shows the others", async () => {
  const faulty = await startFaultyS3(["local"]);
  const { AWS_ENDPOINT_URL_S3: endpoint = "", AWS_REGION: region = "" } = faulty.env;
  const { credentials } = settings;
  const s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true, maxAttempts: 1 });
  try {
    const made = [0, 1, 2].map((at) => exportAt(at, 1));
    await putAll(s3, "local", made.map(recordOf));
    await rm(join(faulty.directory, "local", recordKey(1, made[1]?.id ?? "")));
    vi.spyOn(console, "error").mockImplementation(() => {});
    const page = await exportHistory({ s3, bucket: "local" }).page({ workspaceId: 1, limit: 20 }, deadline());
    expect(page).toEqual({ exports: [made[2], made[0]], unreadable: [] });
    await expect(
      s3.send(new PutObjectCommand({ Bucket: "local", Key: recordKey(1, made[1]?.id ?? ""), Body: "{}" })),
    ).resolves.toBeDefined();
  } finally {
    await faulty.close();
  }
});
