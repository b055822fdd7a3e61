import { beforeEach, expect, it } from "vitest";
import type { Export } from "../../../api/export.ts";
import type { Deadline } from "../../../lambdas/core/deadline.ts";
import { makeExportNow } from "../../../lambdas/core/exports/make-file.ts";
import type { PublishedReport } from "../../../lambdas/core/ports/exports.ts";
import { clockAt, coordinationIn, exportsIn, reportOf } from "../../ports.ts";

const order = { workspace_id: 1, report: "trends/projects", format: "csv", parameters: {} } as const;
const id = "01KAT400000000000000000000";
const key = `exports/report=trends-projects/format=csv/workspace_id=1/period=open_open/${id}.csv`;
const deadline: Deadline = { signal: new AbortController().signal, remainingMs: () => 20_000 };

let records: Export[];
let published: string[];
let asked: number;
let looked: number;
let discarded: number;
let left: PublishedReport | undefined;

const report = reportOf({ bytes: 5, discard: async () => void discarded++ });
const make = (isFirst: boolean) =>
  makeExportNow({ id, isFirst }, order, deadline, {
    clock: clockAt(() => Date.parse("2026-11-03T05:00:00Z")),
    coordination: coordinationIn(),
    toggl: {
      async report() {
        asked++;
        return report;
      },
    },
    exports: exportsIn(new Map(), {
      async findPublished(wanted) {
        looked++;
        return left?.file.key === wanted ? left : undefined;
      },
      async publish(_, file) {
        published.push(file.key);
        return { bucket: "bucket", ...file };
      },
      write: async (made) => void records.push(made),
    }),
  });

beforeEach(() => {
  [records, published, asked, looked, discarded, left] = [[], [], 0, 0, 0, undefined];
});

it("asks, publishes and records, and looks for nothing", async () => {
  const made = await make(true);
  expect(made).toMatchObject({ id, status: "succeeded", file: { key, bytes: 5 }, toggl: { requests: 1 } });
  expect(made).toMatchObject({ created_at: "2026-11-03T05:00:00Z", asked_at: "2026-11-03T05:00:00.000Z" });
  expect(made).not.toHaveProperty("warnings");
  expect(records).toEqual([made]);
  expect([asked, looked, published, discarded]).toEqual([1, 0, [key], 1]);
});

it("takes over the file that an attempt before left without a record", async () => {
  const file = { bucket: "bucket", key, bytes: 7, sha256: "bb", content_type: "text/csv" };
  left = { ...report, file, asked_at: "2026-11-03T04:59:00.000Z", toggl: { requests: 0 } };
  const made = await make(false);
  expect(made.asked_at).toBe(left.asked_at);
  expect(made).toMatchObject({ id, status: "succeeded", file, toggl: { requests: 0 } });
  expect(records).toEqual([made]);
  expect([asked, looked, published, discarded]).toEqual([0, 1, [], 1]);
});

it("makes the file where the attempt before left none", async () => {
  await make(false);
  expect([asked, looked, published, records.length]).toEqual([1, 1, [key], 1]);
});
