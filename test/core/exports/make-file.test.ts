import { beforeEach, describe, expect, it } from "vitest";
import type { Export, SucceededExport } from "../../../api/export.ts";
import type { Manifest, ManifestEntry } from "../../../api/manifest.ts";
import { makeFile } from "../../../lambdas/core/exports/make-file.ts";
import type { Exports, PublishedReport } from "../../../lambdas/core/ports/exports.ts";
import { definitionHash } from "../../../lambdas/core/schedules/current.ts";
import type { ExportJob } from "../../../lambdas/core/schedules/schedule.ts";
import { withinMs } from "../../adapters/toggl/client.ts";
import { monthly, schedulesOf } from "../../handlers/answer.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, reportOf } from "../../ports.ts";

const job: ExportJob = {
  id: "01KAT400000000000000000000",
  workspace_id: 1,
  report: "trends/projects",
  format: "csv",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
  requested_by: "schedule",
  schedule: "monthly",
  occurrence: "2026-11-03T05:00:00Z",
  isRefresh: false,
};
const earlier = {
  id: "01KAT300000000000000000000",
  report: "trends/projects",
  format: "csv",
  parameters: job.parameters,
  file: { key: "earlier.csv", sha256: "old" },
} as unknown as SucceededExport;
const report = { path: "/scratch/new", bytes: 9, sha256: "new", warnings: [], toggl: { requests: 1 } };
const asked_at = "2026-11-03T05:00:00.123Z";
const warning = { code: "blank_lines", detail: "2 lines are blank" } as const;

/** What is current of the schedule: one file of the job's days, or of others. */
const manifestWith = (...entries: Partial<ManifestEntry>[]): Manifest => ({
  schedule: monthly.name,
  definition_sha256: definitionHash({ ...monthly, workspace_id: 1 }),
  written_at: asked_at,
  entries: entries.map((entry) => ({
    workspace_id: 1,
    format: "csv",
    from_date: "2026-10-01",
    to_date: "2026-10-31",
    key: "current/",
    source_key: "exports/",
    export_id: earlier.id,
    occurrence: asked_at,
    asked_at,
    completed_at: asked_at,
    bytes: 1,
    sha256: "old",
    parameters: job.parameters,
    ...entry,
  })),
});

let downloaded: object;
let found: PublishedReport | undefined;
let before: () => Promise<number | undefined>;
let compared: Exports["compare"];
let previous: SucceededExport;
let manifest: Manifest;
let published: object[];
let discarded: string[];
beforeEach(() => {
  downloaded = {};
  found = undefined;
  before = async () => undefined;
  compared = async () => ({ isSame: false, changes: { added: 1, removed: 2, changed: 3 } });
  previous = earlier;
  manifest = manifestWith();
  published = [];
  discarded = [];
});

const ports = (broken: Partial<Exports> = {}): Parameters<typeof makeFile>[3] => ({
  configuration: { schedules: schedulesOf({ ...monthly, workspace_id: 1 }) },
  clock: clockAt(() => Date.parse(asked_at)),
  coordination: coordinationIn(),
  toggl: {
    report: async () => reportOf({ ...report, discard: async () => void discarded.push("new"), ...downloaded }),
  },
  current: currentIn({ manifests: new Map([[monthly.name, { manifest, version: "1" }]]) }),
  exports: exportsIn(new Map(), {
    find: async (_, id) => {
      if (id === previous.id) return previous;
      return id.startsWith("01KAT2") ? undefined : ({ file: { rows: await before() } } as Export);
    },
    async publish(path, file) {
      published.push({ path, ...file });
      const { asked_at: _, expires: __, ...kept } = file;
      return { bucket: "bucket", ...kept };
    },
    findPublished: async () => found,
    download: async () => ({ path: "/scratch/old", discard: async () => void discarded.push("old") }),
    compare: (...files) => compared(...files),
    ...broken,
  }),
});
const make = (more: Partial<ExportJob> = {}, isFirst = true) =>
  makeFile({ ...job, ...more }, { isFirst }, withinMs(10_000), ports());

/** Where Toggl's quota is spent for half an hour, and nobody may say otherwise. */
const whileSpent = {
  coordination: {
    quota: { spentUntil: async () => Date.parse(asked_at) + 1_800_000, noteSpent: async () => expect.unreachable() },
  },
  toggl: { report: async () => expect.unreachable() },
};

describe("the file of a job", () => {
  it("is published and described with what is known of it, and no more", async () => {
    const key = expect.stringMatching(/\.csv$/);
    const file = { bucket: "bucket", key, bytes: 9, sha256: "new", content_type: "text/csv; charset=utf-8" };
    expect(await make()).toStrictEqual({ asked_at, toggl: { requests: 1 }, file });
    downloaded = { rows: 0, columns: ["a", "b"], source_sha256: "toggl's", warnings: [warning] };
    expect(await make()).toStrictEqual({
      asked_at,
      warnings: [warning],
      toggl: { requests: 1 },
      file: { ...file, rows: 0, columns: ["a", "b"], source_sha256: "toggl's" },
    });
    expect(published).toMatchObject([{ path: "/scratch/new" }, { path: "/scratch/new" }]);
    expect(discarded).toEqual(["new", "new"]);
  });

  it("is made of another one where there is one, without Toggl and without a look at its quota", async () => {
    const converted: object[] = [];
    const convert: Exports["convert"] = async (file) => {
      converted.push(file);
      return reportOf({ bytes: 7, toggl: { requests: 0 }, discard: async () => void discarded.push("converted") });
    };
    const made = await makeFile(
      job,
      { isFirst: true, source: { ...earlier, asked_at: "2026-11-03T05:00:01.250Z" } },
      withinMs(10_000),
      { ...ports({ convert }), ...whileSpent },
    );
    expect(made).not.toHaveProperty("toggl");
    expect(made.asked_at).toBe("2026-11-03T05:00:01.250Z");
    expect(made.file).toMatchObject({ sha256: "aa", bytes: 7 });
    expect([converted, discarded]).toEqual([[earlier.file], ["converted"]]);
  });

  it("is the one that an attempt before published, of which Toggl is not asked again", async () => {
    const file = { bucket: "bucket", key: "there.csv", bytes: 9, sha256: "new", content_type: "text/csv" };
    found = {
      ...report,
      toggl: { requests: 0 },
      file,
      asked_at: "2026-11-03T05:00:01.5Z",
      discard: async () => void discarded.push("found"),
    };
    expect(await make({}, false)).toStrictEqual({ asked_at: "2026-11-03T05:00:01.5Z", file });
    expect([published, discarded]).toEqual([[], ["found"]]);
    expect((await make({}, true)).file?.key).not.toBe("there.csv"); // a first attempt has none before it
    const unasked = makeFile(job, { isFirst: false }, withinMs(10_000), { ...ports(), ...whileSpent });
    expect(await unasked).toMatchObject({ file }); // which needs no quota
  });

  it("is not made while the quota of Toggl, who would have to be asked, is spent", async () => {
    const spent = { ...ports(), ...whileSpent };
    await expect(makeFile(job, { isFirst: true }, withinMs(10_000), spent)).rejects.toMatchObject({
      kind: "toggl_quota_exhausted",
    });
    expect(published).toEqual([]);
  });

  it("is discarded though publishing fails", async () => {
    const broken = ports({ publish: () => Promise.reject(new Error("S3 is down")) });
    await expect(makeFile(job, { isFirst: true }, withinMs(10_000), broken)).rejects.toThrow("S3 is down");
    expect(discarded).toEqual(["new"]);
  });
});

describe("a file of days that were exported before", () => {
  beforeEach(() => {
    manifest = manifestWith({}, { format: "xlsx" });
  });

  it.each([true, false])(
    "says which export it restates, and how, whether it is made again by the way: %s",
    async (isRefresh) => {
      const restatement = { added: 1, removed: 2, changed: 3 };
      expect(await make({ isRefresh })).toMatchObject({ restates: earlier.id, restatement });
      expect(discarded).toEqual(["old", "new"]);
    },
  );

  it("is compared with nothing where a caller asked for it, or its days, parameters or record are others", async () => {
    const { schedule: _, occurrence: __, ...order } = job;
    const byHand = await makeFile({ ...order, requested_by: "http" }, { isFirst: true }, withinMs(10_000), ports());
    expect(byHand).not.toHaveProperty("restates");
    expect(byHand).not.toHaveProperty("warnings");
    expect(published).toMatchObject([{ expires: true, asked_at }]);
    const others: Partial<ManifestEntry>[] = [
      { to_date: "2026-10-30" },
      { parameters: { ...job.parameters, currency: "eur" } },
      { workspace_id: 2 },
      { export_id: "01KAT200000000000000000000" }, // of which there is no file any more
    ];
    for (const other of others) {
      manifest = manifestWith(other);
      expect(await make(), JSON.stringify(other)).not.toHaveProperty("restates");
    }
    expect(published.slice(1)).toEqual(others.map(() => expect.objectContaining({ expires: false })));
  });

  it("is compared as a file of its report and format", async () => {
    const calls: unknown[] = [];
    compared = async (...call) => {
      calls.push(call.slice(0, 3));
      return { isSame: true };
    };
    await make();
    expect(calls).toEqual([["/scratch/old", "/scratch/new", { report: "trends/projects", format: "csv" }]]);
  });

  it("restates what Toggl was asked for before or at the same time, never what it was asked for later", async () => {
    previous = { ...earlier, asked_at };
    expect(await make()).toMatchObject({ restates: earlier.id });
    previous = { ...earlier, asked_at: "2026-11-03T05:00:00.124Z" };
    expect(await make()).not.toHaveProperty("restates");
  });

  it("does not restate itself where it is current already", async () => {
    manifest = manifestWith({ export_id: job.id });
    previous = { ...earlier, id: job.id };
    expect(await make()).not.toHaveProperty("restates");
  });

  it("restates an export whose file is gone, with a warning that it was not compared", async () => {
    const gone = ports({ isThere: async () => false, download: () => Promise.reject(new Error("it is gone")) });
    expect(await makeFile(job, { isFirst: true }, withinMs(10_000), gone)).toMatchObject({
      restates: earlier.id,
      warnings: [{ code: "not_compared", detail: "It was not compared with the earlier file: it is gone" }],
    });
  });

  it("is made again, and restates nothing, where a file of the same bytes is gone", async () => {
    downloaded = { sha256: "old" };
    const made = await makeFile(job, { isFirst: true }, withinMs(10_000), ports({ isThere: async () => false }));
    expect(made).toMatchObject({ file: { sha256: "old" } });
    expect(made).not.toHaveProperty("restates");
    expect(published).toHaveLength(1);
  });

  it("is not kept where its content is the same", async () => {
    compared = async () => ({ isSame: true, changes: { added: 0, removed: 0, changed: 0 } });
    expect(await make({ isRefresh: true })).toMatchObject({ file: earlier.file, unchanged: true });
    downloaded = { sha256: "old" }; // and is not even compared where its bytes are
    compared = () => Promise.reject(new Error("was compared"));
    const made = await make({ isRefresh: true });
    expect(made).toMatchObject({ file: earlier.file, unchanged: true });
    expect(made).not.toHaveProperty("warnings");
    expect(published).toEqual([]);
  });

  it("is published with a warning where it cannot be compared", async () => {
    compared = () => Promise.reject(new Error("their rows are too large"));
    const detail = "It was not compared with the earlier file: their rows are too large";
    expect(await make({ isRefresh: true })).toMatchObject({
      restates: earlier.id,
      warnings: [{ code: "not_compared", detail }],
    });
    expect(discarded).toEqual(["old", "new"]);
  });

  it("is kept where an attempt before published it, though the content is the same", async () => {
    const file = { bucket: "bucket", key: "there.csv", bytes: 9, sha256: "new", content_type: "text/csv" };
    found = { ...report, file, asked_at, discard: async () => {} };
    compared = async () => ({ isSame: true, changes: { added: 0, removed: 0, changed: 0 } });
    const made = await make({ isRefresh: true }, false);
    expect(made).toMatchObject({ file, restates: earlier.id });
    expect(made).not.toHaveProperty("unchanged");
  });

  it.each([
    ["csv", { added: 0, removed: 0, changed: 0 }],
    ["xlsx", undefined],
  ] as const)("counts no rows of a workbook: %s of the same bytes", async (format, counts) => {
    const file = { bucket: "bucket", key: "there", bytes: 9, sha256: "old", content_type: "" };
    found = { ...report, ...file, file, asked_at, discard: async () => {} };
    previous = { ...earlier, format };
    expect((await make({ isRefresh: true, format }, false)).restatement).toEqual(counts);
  });
});

describe("a file that has other columns than the schedule's newest", () => {
  const changed = async (entry: Partial<ManifestEntry>, more: Partial<ExportJob> = {}) => {
    downloaded = { columns: ["Client", "Project"] };
    manifest = manifestWith({ from_date: "2026-09-01", parameters: {}, ...entry });
    return (await make(more)).warnings;
  };

  it("is published with a warning that names them", async () => {
    expect(await changed({ columns: ["Project", "Profit"] })).toMatchObject([
      { code: "columns_changed", added: ["Client"], removed: ["Profit"], moved: [] },
    ]);
  });

  it("is warned of beside what else is wrong with it", async () => {
    downloaded = { columns: ["Client"], warnings: [warning] };
    manifest = manifestWith({ columns: ["Project"] });
    expect((await make()).warnings).toMatchObject([warning, { code: "columns_changed" }]);
  });

  it("is not said to lack columns where Toggl cut its header short", async () => {
    const cut = { code: "header_cut", detail: "The header was cut short" };
    downloaded = { columns: ["Project"], warnings: [warning, cut] };
    manifest = manifestWith({ columns: ["Project", "Profit"] });
    expect((await make()).warnings).toEqual([warning, cut]);
  });

  it("is not warned of where they are the same, unknown, or those of another format or definition", async () => {
    expect(await changed({ columns: ["Client", "Project"] })).toBeUndefined();
    expect(await changed({})).toBeUndefined();
    expect(await changed({ columns: ["Project"] }, { format: "xlsx" })).toBeUndefined();
    downloaded = { columns: ["Client"] };
    manifest = { ...manifestWith({ columns: ["Project"] }), definition_sha256: "0".repeat(64) };
    expect((await make()).warnings).toBeUndefined();
  });
});

describe("rows that are less than half of those of the run before", () => {
  const warned = async (rows: number | undefined, more: Partial<ExportJob> = {}) => {
    downloaded = rows === undefined ? {} : { rows };
    return (await make(more)).warnings?.map(({ detail }) => detail);
  };

  it("are warned of, and half of them are not", async () => {
    before = async () => 10;
    expect(await warned(4)).toEqual(["It has 4 rows; the run before had 10."]);
    expect(await warned(0)).toEqual(["It has 0 rows; the run before had 10."]);
    expect(await warned(5)).toBeUndefined();
  });

  it("are no matter where they are unknown, cannot be looked up, or are of an earlier period", async () => {
    expect(await warned(1)).toBeUndefined();
    before = async () => 10;
    expect(await warned(undefined)).toBeUndefined();
    expect(await warned(4, { isRefresh: true })).toBeUndefined();
    before = () => Promise.reject(new Error("S3 is down"));
    expect(await warned(4)).toBeUndefined();
  });
});
