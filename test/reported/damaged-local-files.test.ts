import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { overflowPath } from "../../local/s3/object-path.ts";
import { startS3 } from "../../local/s3/s3.ts";
import { openQueue } from "../../local/sqs/fifo-queue.ts";
import { queueFile } from "../../local/sqs/queue-file.ts";
import { mountSmallDisk, unmount } from "../small-disk.ts";
import { reportedCases } from "./reported-cases.ts";

const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
const arn = "arn:aws:sqs:us-east-1:123456789012:exports.fifo";
let folder: string;
let said: string[];
const onLog = (line: string) => void said.push(line);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "damaged-"));
  said = [];
});

/** The S3 endpoint over the folder, while some work is done. */
async function withS3<T>(work: (s3: S3Client) => Promise<T>): Promise<T> {
  const settings = { region: "us-east-1", credentials };
  const { url, close } = await startS3({ directory: folder, buckets: ["bucket"], ...settings, onLog });
  const s3 = new S3Client({ endpoint: url, ...settings, requestChecksumCalculation: "WHEN_REQUIRED", maxAttempts: 1 });
  try {
    return await work(s3);
  } finally {
    s3.destroy();
    await close();
  }
}

const put = (Key: string, Body: string | Buffer) => (s3: S3Client) =>
  s3.send(new PutObjectCommand({ Bucket: "bucket", Key, Body }));
const get = (s3: S3Client, Key: string) =>
  s3.send(new GetObjectCommand({ Bucket: "bucket", Key })).then(
    ({ Body }) => Body?.transformToString(),
    ({ name }) => name,
  );

/** Stores two objects, damages the first one's file of a kind, and tells what is there after a start. */
async function damaged(harm: (description: string, bytes: string) => void): Promise<object> {
  await withS3(async (s3) => {
    await put("a/one", "one")(s3);
    await put("a/two", "two")(s3);
  });
  harm(join(folder, "bucket/.objects", overflowPath("a/one")), join(folder, "bucket/a/one"));
  return withS3(async (s3) => {
    const found = [await get(s3, "a/one"), await get(s3, "a/two")];
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: "bucket" }));
    await put("a/one", "again")(s3);
    const isNamed = said.length > 0 && said.every((line) => line.includes(folder) && line.includes("is damaged"));
    const aside = readdirSync(join(folder, "bucket/.damaged")).length > 0;
    return { found, listed: Contents.length, isNamed, aside, again: await get(s3, "a/one") };
  });
}
const rest = { found: ["NoSuchKey", "two"], listed: 1, isNamed: true, aside: true, again: "again" };

const cases: readonly (readonly [name: string, before: string, harm: Parameters<typeof damaged>[0]])[] = [
  ["an empty description", "no start: Unexpected end of JSON input", (file) => truncateSync(file, 0)],
  ["a description that was cut", "no start: Unterminated string", (file) => truncateSync(file, 20)],
  ["a description of null", "no start: Cannot read (reading 'key')", (file) => writeFileSync(file, "null")],
  ["a description of something else", "500 at each listing", (file) => writeFileSync(file, '{"key":1}')],
  [
    "a description that leads out",
    "listed, and not named",
    (file) =>
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace("a/one", "../../etc/passwd").replace('"path":"a/one"', '"path":"../../x"'),
      ),
  ],
  [
    "a folder in place of a description",
    "no start: EISDIR, and no name",
    (file) => {
      unlinkSync(file);
      mkdirSync(file);
    },
  ],
  ["bytes that were removed by hand", "a reset connection at each look", (_, bytes) => unlinkSync(bytes)],
  ["bytes that were cut", "an answer that breaks off", (_, bytes) => truncateSync(bytes, 1)],
  ["empty bytes", "an answer that breaks off", (_, bytes) => truncateSync(bytes, 0)],
  [
    "a folder in place of bytes",
    "500 InternalError",
    (_, bytes) => {
      unlinkSync(bytes);
      mkdirSync(bytes);
    },
  ],
];

reportedCases(
  "One damaged file of the local store is named and set aside, and the rest is there",
  cases.map(([name, before, harm]) => ({ name, before, right: rest, now: () => damaged(harm) })),
);

const settings = {
  arn,
  url: "",
  isFifo: true,
  contentBasedDeduplication: true,
  visibilityTimeoutSeconds: 60,
  retentionSeconds: 1000,
};
const open = () => {
  const { state, save } = queueFile(folder, arn, onLog);
  return openQueue(settings, { now: Date.now, state, onChange: save, moveToDeadLetters: () => {} });
};
const file = () => join(folder, "exports.fifo.json");

/** Three messages wait; their file is harmed. What waits after a start, and after another one. */
function queueAfter(harm: () => void): object {
  const queue = open();
  for (const body of ["one", "two", "three"]) queue.send({ body, group: body });
  harm();
  const bodies = open().messages.map(({ body }) => body);
  const isNamed = said.some((line) => line.startsWith(`${file()} is damaged`));
  const aside = readdirSync(folder).some((name) => name.includes(".damaged-"));
  return { bodies, isNamed, aside, again: open().messages.length };
}
const cut = (share: number) => () => truncateSync(file(), Math.floor(statSync(file()).size * share));

reportedCases("A damaged queue file is named and set aside, and what can be read of it waits on", [
  {
    name: "none of it",
    before: "no start, and no name",
    right: { bodies: [], isNamed: true, aside: true, again: 0 },
    now: () => queueAfter(() => truncateSync(file(), 0)),
  },
  {
    name: "a folder in its place",
    before: "no start, and no name",
    right: { bodies: [], isNamed: true, aside: true, again: 0 },
    now: () =>
      queueAfter(() => {
        unlinkSync(file());
        mkdirSync(file());
      }),
  },
  {
    name: "the half of it",
    before: "no start, and no name",
    right: { bodies: ["one"], isNamed: true, aside: true, again: 1 },
    now: () => queueAfter(cut(0.5)),
  },
  {
    name: "all but the last character",
    before: "no start, and no name",
    right: { bodies: ["one", "two", "three"], isNamed: false, aside: false, again: 3 },
    now: () => queueAfter(() => truncateSync(file(), statSync(file()).size - 1)),
  },
  {
    name: "all but a piece of the last line",
    before: "no start, and no name",
    right: { bodies: ["one", "two"], isNamed: true, aside: true, again: 2 },
    now: () => queueAfter(() => truncateSync(file(), statSync(file()).size - 20)),
  },
  {
    name: "a line of garbage in the middle",
    before: "no start, and no name",
    right: { bodies: ["one", "three"], isNamed: true, aside: true, again: 2 },
    now: () => queueAfter(() => writeFileSync(file(), readFileSync(file(), "utf8").replace(/^.*"two".*$/m, "\0\0\0"))),
  },
  {
    name: "JSON of another kind",
    before: "no start, and no name",
    right: { bodies: [], isNamed: true, aside: true, again: 0 },
    now: () => queueAfter(() => writeFileSync(file(), "[1,2]")),
  },
  {
    name: "the whole file of a version before",
    before: "read",
    right: { bodies: ["old"], isNamed: false, aside: false, again: 1 },
    now: () =>
      queueAfter(() => {
        const message = {
          id: "1",
          body: "old",
          group: "g",
          deduplicationId: "d",
          sentAt: Date.now(),
          receiveCount: 0,
          hiddenUntil: 0,
        };
        writeFileSync(file(), JSON.stringify({ messages: [message], accepted: {} }));
      }),
  },
]);

it("adds a change to a queue's file, instead of writing it whole", () => {
  const queue = open();
  const large = "x".repeat(10_000);
  for (let at = 0; at < 200; at++) queue.send({ body: `${at}${large}`, group: "g" });
  const before = statSync(file()).size;
  const [first] = queue.receive(1);
  expect(statSync(file()).size - before).toBeLessThan(2 * large.length);
  queue.delete(first?.receiptHandle ?? "");
  expect(statSync(file()).size - before).toBeLessThan(3 * large.length);
  expect(open().messages.map(({ body }) => body.length)).toEqual(queue.messages.map(({ body }) => body.length));
});

it("writes a queue's file again before it is full of what is over", () => {
  const queue = open();
  for (let at = 0; at < 1000; at++) {
    queue.send({ body: `${at}`, group: "g" });
    queue.delete(queue.receive(1)[0]?.receiptHandle ?? "");
  }
  queue.send({ body: "last", group: "g" });
  expect(readFileSync(file(), "utf8").split("\n").length).toBeLessThan(1100); // of 3,001 changes
  expect(open().messages.map(({ body }) => body)).toEqual(["last"]);
});

it("closes what it writes to everybody else, and what an open umask left", async () => {
  const before = process.umask(0o022);
  mkdirSync(join(folder, "bucket"), { mode: 0o755 });
  try {
    await withS3(put("exports/x.csv", "a,b\n"));
    open().send({ body: "x", group: "g" });
  } finally {
    process.umask(before);
  }
  const modes = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => {
    const { mode } = statSync(join(folder, name));
    return [name, (mode & 0o077).toString(8)];
  });
  expect(modes.length).toBeGreaterThan(5);
  expect(modes.filter(([, open]) => open !== "0")).toEqual([]);
});

const disk = mountSmallDisk(2);
if (!disk) console.warn("!!! NOT TESTED, SINCE IT NEEDS ROOT ON LINUX: A FULL DISK UNDER THE LOCAL STORE");
afterAll(() => disk && unmount(disk));

describe.runIf(disk)("a full disk", () => {
  it("is told in a sentence, and queue and store go on once there is room", async () => {
    folder = disk ?? "";
    const queue = open();
    queue.send({ body: "before", group: "g" });
    await withS3(async (s3) => {
      writeFileSync(join(folder, "ballast"), Buffer.alloc(1_900_000));
      await expect(put("large", Buffer.alloc(1_000_000))(s3)).rejects.toMatchObject({ name: "InternalError" });
      for (let at = 0; at < 100; at++) queue.send({ body: "x".repeat(5000) + at, group: "g" });
      expect(said.filter((line) => line.includes("the disk is full"))).toHaveLength(1);
      expect(said.filter((line) => line.startsWith("What waits on a queue cannot be kept"))).toHaveLength(1);
      expect(queue.messages).toHaveLength(101);

      rmSync(join(folder, "ballast"));
      queue.send({ body: "after", group: "g" });
      await put("small", "1")(s3);
      expect(await get(s3, "small")).toBe("1");
      expect(await get(s3, "large")).toBe("NoSuchKey");
    });
    expect(open().messages).toHaveLength(102);
  });
});
