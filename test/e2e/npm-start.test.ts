import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runWords } from "../cli/run-words.ts";
import { npmStartIn } from "./npm-start-in.ts";

const run = promisify(execFile);
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "npm-start-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const npmStart = (settings: Record<string, string>) => npmStartIn(directory, settings);

const canConnect = (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = createConnection({ host, port, timeout: 1000 });
    socket
      .on("connect", () => resolve(true))
      .on("error", () => resolve(false))
      .on("timeout", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });

async function pasteLines(output: string): Promise<void> {
  const lines = output.match(/^ {2}curl .+$/gm) ?? [];
  expect(lines).toHaveLength(3);
  const answers: { download_url?: string; exports?: object[]; length?: number }[] = [];
  for (const line of lines) answers.push(JSON.parse((await run("bash", ["--norc", "-c", line])).stdout));
  expect(await (await fetch(answers[0]?.download_url ?? "")).text()).toMatch(/^Project,Client,Period/);
  expect(answers[1]?.exports).toHaveLength(1);
  expect(answers[2]?.length).toBe(40);
}

/** Reads the bucket with the key that was printed, which must not do more. */
async function readBucket(output: string): Promise<void> {
  const [, line = "", Bucket = ""] = /^ {2}(AWS_.+) aws s3 ls s3:\/\/(\S+) --recursive$/m.exec(output) ?? [];
  const env = Object.fromEntries(line.split(" ").map((one) => one.split("=") as [string, string]));
  const s3 = new S3Client({
    endpoint: env.AWS_ENDPOINT_URL_S3 ?? "",
    region: env.AWS_REGION ?? "",
    credentials: { accessKeyId: env.AWS_ACCESS_KEY_ID ?? "", secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? "" },
    forcePathStyle: true,
  });
  expect((await s3.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name)).toEqual([Bucket]);
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "exports/" }));
  expect(Contents).toHaveLength(1);
  const [{ Key = "" } = {}] = Contents;
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body?.transformToString()).toMatch(/^Project,Client,Period/);
  for (const write of [new PutObjectCommand({ Bucket, Key, Body: "x" }), new DeleteObjectCommand({ Bucket, Key })]) {
    await expect(s3.send(write as PutObjectCommand)).rejects.toMatchObject({ name: "AccessDenied" });
  }
}

async function expectLoopbackOnly(port: number): Promise<void> {
  expect(await canConnect("127.0.0.1", port)).toBe(true);
  const others = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ internal }) => !internal);
  for (const { address } of others) expect(await canConnect(address, port), address).toBe(false);
}

/** Runs a line in another terminal. */
function command(line: string) {
  const { PATH = "", HOME = "" } = process.env;
  const env = { PATH, HOME, LOCAL_DATA_DIR: directory };
  return run("bash", ["--norc", "-c", line.replace("npm run", "npm run --silent")], { env, timeout: 60_000 });
}

/** Fires a schedule, fills in its past, and gives the line that fires it. */
async function useSchedules(output: string): Promise<string> {
  const [line = ""] = output.match(/npm run tick .*/) ?? [];
  const ticked = await command(`${line} --at 2026-11-03T05:00:00Z`);
  expect(ticked.stdout).toMatch(/monthly-profitability fired for 2026-11-03T05:00:00Z/);
  expect(ticked.stdout).toMatch(/2026-10-01 to 2026-10-31 +csv +succeeded +\d+\.\d kB +exports\/report=/);
  expect(ticked.stdout).toMatch(/2026-10-01 to 2026-10-31 +xlsx +succeeded/);
  const backfill = "npm run backfill -- --schedule monthly-profitability --from 2026-09 --to 2026-10";
  expect((await command(`${backfill} --dry-run`)).stdout).toMatch(/1 are there already\n +1 to make: 2 Toggl requests/);
  expect((await command(backfill)).stdout).toMatch(/2026-09-01 to 2026-09-30 +queued[\s\S]*All made\./);
  return line;
}

describe("npm start", () => {
  it("prints three lines that work when pasted, has its schedules fired from another terminal, and ends on Ctrl-C", async () => {
    const started = npmStart({});
    await started.ready();
    await pasteLines(started.output());
    await readBucket(started.output());
    const port = Number(/ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(started.output())?.[1]);
    await expectLoopbackOnly(port);
    const tick = await useSchedules(started.output());

    started.interrupt();
    await started.exited;
    await expect.poll(() => canConnect("127.0.0.1", port)).toBe(false);
    await expect(command(tick)).rejects.toMatchObject({ stderr: expect.stringContaining("Nothing is running here") });
  }, 300_000);

  it.each([
    ["tick", "", /Say which schedule: toggl-insights tick NAME\./],
    ["tick", "--schedule nope", /has no schedule nope\. It has: monthly-profitability/, 3],
    ["tick", "--schedule monthly-profitability --at noon", /--at must be a time of the calendar, with its zone/],
    [
      "backfill",
      "--schedule monthly-profitability --from 2026",
      /Say from when to when: --from 2026-01 --to 2026-10\./,
    ],
    ["backfill", "--schedule monthly-profitability --from 2026-02-30 --to 2026", /--from must be a year, month or day/],
    [
      "backfill",
      "--schedule monthly-profitability --from 2026-03 --to 2026-01",
      /--from \(2026-03-01\) must not be after/,
    ],
    ["backfill", "--schedule a --from 2026 --to 2026 --colour", /There is no flag --colour\./],
    ["backfill", "--schedule monthly-profitability --from 2026 --to 2026 --quota none", /--quota must be a positive/],
  ] as [name: string, options: string, message: RegExp, code?: number][])(
    "tells how to use %s after %j",
    async (name, options, message, code = 2) => {
      const words = [name, ...options.split(" ").filter((word) => word !== "")];
      const { status, stderr } = await runWords(words);
      expect({ status, stderr }).toEqual({ status: code, stderr: expect.stringMatching(message) });
    },
  );

  it("ends too when only npm itself is told to", async () => {
    const started = npmStart({});
    await started.ready();
    const port = Number(/ready at http:\/\/127\.0\.0\.1:(\d+)/.exec(started.output())?.[1]);
    started.alone();
    await started.exited;
    await expect.poll(() => canConnect("127.0.0.1", port)).toBe(false);
  }, 150_000);

  it("says at once what is wrong with the settings", async () => {
    const started = npmStart({ PORT: "x", TOGGL_BASE_URL: "http://toggl.example", AWS_ENDPOINT_URL_S3: "ftp:x" });
    const [code] = await started.exited;
    expect(code).toBe(1);
    expect(started.output()).toMatch(
      /PORT must be a port.*\n.*TOGGL_BASE_URL must start with https.*\n.*AWS_ENDPOINT_URL_S3/,
    );
  }, 30_000);

  it("says what is wrong with the configuration", async () => {
    const started = npmStart({ INSIGHTS_CONFIG: "/nowhere.json" });
    await started.exited;
    expect(started.output()).toContain("/nowhere.json does not exist");
  }, 30_000);
});
