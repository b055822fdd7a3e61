import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "vitest";
import { quotaNotes } from "../../lambdas/adapters/s3/coordination.ts";
import { quotaKey } from "../../lambdas/core/exports/keys.ts";
import { makeExportNow, makeFile } from "../../lambdas/core/exports/make-file.ts";
import type { ExportJob } from "../../lambdas/core/schedules/schedule.ts";
import { togglQuota } from "../../lambdas/core/toggl/toggl-answer.ts";
import { withinMs } from "../adapters/toggl/client.ts";
import { type S3Server, testS3 } from "../local/s3-server.ts";
import { clockAt, currentIn, exportsIn, reportOf } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const now = Date.parse("2026-11-02T06:00:00Z");
const minute = 60_000;
const day = 24 * 60 * minute;
const job: ExportJob = {
  id: "01KAT400000000000000000000",
  workspace_id: 1,
  report: "trends/projects",
  format: "csv",
  parameters: {},
  requested_by: "schedule",
  isRefresh: false,
};

let server: S3Server;
beforeAll(async () => {
  server = await testS3();
});
afterAll(() => server.close());

/** What becomes of a token whose note in the bucket is this, when Toggl's answer has these headers. */
async function told(who: "a run" | "a caller", note: string | undefined, headers: Record<string, string>) {
  const secret = `toggl/${Math.abs(hashOf(who + note + JSON.stringify(headers)))}`;
  const where = { s3: server.client(), bucket: server.bucket };
  const Key = quotaKey(secret);
  if (note !== undefined) await where.s3.send(new PutObjectCommand({ Bucket: where.bucket, Key, Body: note }));

  let asked = false;
  const ports = {
    clock: clockAt(() => now),
    coordination: { quota: quotaNotes(where, new Map([[1, secret]])) },
    configuration: { schedules: new Map() },
    exports: exportsIn(),
    current: currentIn(),
    toggl: {
      async report() {
        asked = true;
        return reportOf({ toggl: { requests: 1, ...togglQuota(new Headers(headers), now) } });
      },
    },
  };
  const deadline = withinMs(10_000);
  const made =
    who === "a run"
      ? makeFile(job, { isFirst: true }, deadline, ports)
      : makeExportNow({ id: job.id, isFirst: true }, job, deadline, ports);
  const failure = await made.then(() => "").catch((error) => `${error.kind}, `);
  return `${failure}${asked ? "asked" : "not asked"}, ${await noteIn(Key)}`;
}

async function noteIn(Key: string): Promise<string> {
  const found = await server
    .client()
    .send(new GetObjectCommand({ Bucket: server.bucket, Key }))
    .catch(() => undefined);
  if (!found) return "no note";
  const text = (await found.Body?.transformToString()) ?? "";
  const until = /^\{"spent_until":(\d+)\}\s*$/.exec(text)?.[1];
  if (until === undefined) return "the same note";
  const minutes = (Number(until) - now) / minute;
  return minutes > 0 ? `spent for ${minutes} min` : "nothing noted";
}

/** A name of its own for each case. */
const hashOf = (text: string) => Array.from(text).reduce((sum, sign) => (sum * 31 + sign.charCodeAt(0)) | 0, 7);

const noted = (until: number) => JSON.stringify({ spent_until: until });
const left = (remaining: string, resetsIn = "600") => ({
  "x-toggl-quota-remaining": remaining,
  "x-toggl-quota-resets-in": resetsIn,
});

type Row = [
  name: string,
  before: string,
  right: string,
  who: "a run" | "a caller",
  note: string | undefined,
  headers: Record<string, string>,
];
const rows: Row[] = [
  [
    "none left, back in 10 min, to a run",
    "asked, spent for 10 min",
    "asked, spent for 10 min",
    "a run",
    undefined,
    left("0"),
  ],
  [
    "none left, back in 10 min, to a caller",
    "asked, no note",
    "asked, spent for 10 min",
    "a caller",
    undefined,
    left("0"),
  ],
  [
    "none left, back in milliseconds",
    "asked, spent for 30000 min",
    "asked, spent for 60 min",
    "a run",
    undefined,
    left("0", "1800000"),
  ],
  [
    "none left, back in 31 years",
    "asked, spent for 16666666.65 min",
    "asked, spent for 60 min",
    "a run",
    undefined,
    left("0", "999999999"),
  ],
  ["-1 left", "asked, spent for 10 min", "asked, no note", "a run", undefined, left("-1")],
  [
    "a note of 10 min",
    "toggl_quota_exhausted, not asked, spent for 10 min",
    "toggl_quota_exhausted, not asked, spent for 10 min",
    "a run",
    noted(now + 10 * minute),
    left("5"),
  ],
  [
    "a note of 10 min, and a caller's answer with 5 left",
    "asked, spent for 10 min",
    "asked, nothing noted",
    "a caller",
    noted(now + 10 * minute),
    left("5"),
  ],
  [
    "a note of 10 min, and a caller's answer with -1 left",
    "asked, spent for 10 min",
    "asked, nothing noted",
    "a caller",
    noted(now + 10 * minute),
    left("-1"),
  ],
  [
    "a note of three weeks, and 5 left",
    "toggl_quota_exhausted, not asked, spent for 30240 min",
    "asked, nothing noted",
    "a run",
    noted(now + 21 * day),
    left("5"),
  ],
  [
    "a note of three weeks, and none left",
    "toggl_quota_exhausted, not asked, spent for 30240 min",
    "asked, spent for 10 min",
    "a run",
    noted(now + 21 * day),
    left("0"),
  ],
  [
    "a note that is cut off",
    "storage_unavailable, not asked, the same note",
    "asked, the same note",
    "a run",
    '{"spent_unt',
    left("5"),
  ],
  ["an empty note", "storage_unavailable, not asked, the same note", "asked, the same note", "a run", "", left("5")],
  ["a note that is null", "asked, the same note", "asked, the same note", "a run", "null", left("5")],
  [
    "a note of another shape",
    "asked, the same note",
    "asked, the same note",
    "a run",
    '{"spent_until":"soon"}',
    left("5"),
  ],
  [
    "a damaged note, and none left",
    "storage_unavailable, not asked, the same note",
    "asked, spent for 10 min",
    "a run",
    "{",
    left("0"),
  ],
];

reportedCases(
  "A note that the quota is spent is bounded, and taken back",
  rows.map(([name, before, right, who, note, headers]) => ({
    name,
    before,
    right,
    now: () => told(who, note, headers),
  })),
);
