import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { parse } from "csv-parse/sync";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { ExportOrder } from "../../../api/export.ts";
import { projectNames } from "../../../lambdas/adapters/s3/notes.ts";
import { reportFiles } from "../../../lambdas/adapters/toggl/report-files.ts";
import type { DownloadedReport } from "../../../lambdas/core/ports/toggl.ts";
import type { Listening } from "../../../local/listening.ts";
import { serveFetch } from "../../../local/serve-fetch.ts";
import type { FaultName } from "../../../local/toggl-simulator/faults.ts";
import { serveSimulator } from "../../../local/toggl-simulator/serve-simulator.ts";
import { type TogglSimulator, togglSimulator } from "../../../local/toggl-simulator/toggl-simulator.ts";
import { isRefused, type Outcome } from "../../faults/outcome.ts";
import { jsonFaults } from "../../faults/toggl-faults.ts";
import { clientOf, withinMs } from "./client.ts";

let scratch: string;
let simulator: TogglSimulator;
let toggl: Listening;

beforeAll(async () => {
  simulator = togglSimulator({ tokens: ["token"], rateLimit: false, quota: 10_000 });
  toggl = await serveSimulator(simulator);
  return () => toggl.close();
});
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "scratch-"));
  vi.stubEnv("TMPDIR", scratch);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(scratch, { recursive: true });
});

const parameters = { start_date: "2026-10-01", end_date: "2026-10-31" };
const trends = (format: "json" | "csv", more: object = {}): ExportOrder => {
  return { workspace_id: 1, report: "data_trends/projects", format, parameters, ...more };
};

const filesWith = (more: Partial<Parameters<typeof reportFiles>[1]> = {}, url = toggl.url) =>
  reportFiles(clientOf(url), {
    maxBytes: 10_000_000,
    projectNames: async () => ({ 1001: "=SUM(A1:A9)" }),
    download: async () => expect.unreachable(),
    ...more,
  });

const contentsOf = async ({ path, discard }: DownloadedReport) => {
  const contents = await readFile(path);
  await discard();
  return contents;
};

describe.each(["json", "csv"] as const)("trends as %s", (format) => {
  const cases = Object.entries(jsonFaults) as [FaultName, Outcome][];
  const inTime = cases.filter(([, outcome]) => !(isRefused(outcome) && outcome.code === "toggl_timeout"));

  it.each(inTime)("%s", async (fault, outcome) => {
    simulator.misbehave(fault, outcome.requests);
    const before = simulator.requests.length;
    const result = await filesWith()
      .report(trends(format), withinMs(10_000))
      .catch((error) => error);
    expect(simulator.requests.length - before).toBe(outcome.requests);
    if (isRefused(outcome)) expect(result).toMatchObject({ name: "Failure", kind: outcome.code });
    else {
      expect(result.warnings).toEqual([]);
      await result.discard();
    }
    expect(await readdir(scratch)).toEqual([]);
  });

  it("that are larger than may be are refused, and leave nothing", async () => {
    const small = filesWith({ maxBytes: 2000 }).report(trends(format), withinMs(10_000));
    await expect(small).rejects.toMatchObject({ kind: "toggl_file_too_large" });
    expect(await readdir(scratch)).toEqual([]);
  });
});

it("takes 64 MB of trends and no more, whatever files may have", async () => {
  const block = Buffer.alloc(1024 ** 2, " ");
  const endless = await serveFetch(async () => {
    let sent = 0;
    const pull = (controller: ReadableStreamDefaultController) =>
      sent++ < 65 ? controller.enqueue(block) : controller.close();
    return new Response(new ReadableStream({ pull }));
  });
  const large = filesWith({ maxBytes: 1024 ** 3 }, endless.url).report(trends("json"), withinMs(60_000));
  const message = expect.stringMatching(/^Toggl's answer is larger than 64 MB/);
  await expect(large).rejects.toMatchObject({ kind: "toggl_file_too_large", message });
  await endless.close();
  expect(await readdir(scratch)).toEqual([]);
});

it("makes the same CSV of JSON that is there as of an answer, and names the bytes that it was made of", async () => {
  const { report } = filesWith();
  const json = await report(trends("json"), withinMs(10_000));
  const bytes = await readFile(json.path);
  expect(json.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  const { convert } = filesWith({ download: async () => json });
  const file = { bucket: "", key: "", bytes: json.bytes, sha256: json.sha256, content_type: "" };
  const made = await convert(file, trends("csv"), withinMs(10_000));
  const asked = await report(trends("csv"), withinMs(10_000));
  expect(made).toMatchObject({ source_sha256: json.sha256, rows: 40 * 31, toggl: { requests: 0 } });
  const { toggl: usage, path: _, discard: __, ...same } = asked;
  expect(usage).toMatchObject({ requests: 1 });
  expect(made).toMatchObject(same);
  expect((await contentsOf(made)).equals(await contentsOf(asked))).toBe(true);
  expect(await readdir(scratch)).toEqual([]);
});

it("is safe for spreadsheets where that is wanted: a project's name can be a formula", async () => {
  const namesIn = async (more: object) => {
    const csv = await contentsOf(await filesWith().report(trends("csv", more), withinMs(10_000)));
    return (parse(csv, { columns: true }) as Record<string, string>[])[0]?.project_name;
  };
  expect(await namesIn({})).toBe("=SUM(A1:A9)");
  expect(await namesIn({ spreadsheet_safe: true })).toBe("'=SUM(A1:A9)");
});

it("makes files of other reports as ever", async () => {
  const order = { ...trends("csv"), report: "trends/projects" } as const;
  const made = await filesWith().report(order, withinMs(10_000));
  expect(made).toMatchObject({ rows: 40, toggl: { requests: 1 } });
  await made.discard();
});

it("goes without names where the bucket does not give them in time", async () => {
  const silent = createServer().listen(0, "127.0.0.1");
  await once(silent, "listening");
  const { port } = silent.address() as { port: number };
  const credentials = { accessKeyId: "a", secretAccessKey: "b" };
  const s3 = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials,
    forcePathStyle: true,
  });
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  expect(await projectNames({ s3, bucket: "bucket" }, 50)(1, withinMs(60_000))).toEqual({});
  expect(logged).toHaveBeenCalledWith(expect.stringContaining("A file goes without names"));
  logged.mockRestore();
  s3.destroy();
  silent.close();
});
