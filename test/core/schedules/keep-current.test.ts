import { describe, expect, it } from "vitest";
import type { Export, SucceededExport } from "../../../api/export.ts";
import type { HeldExport, Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { recordKey } from "../../../lambdas/core/exports/keys.ts";
import type { Current } from "../../../lambdas/core/ports/current.ts";
import {
  acceptColumns,
  bringIntoCurrent,
  letExpire,
  noteLastRun,
  rebuildCurrent,
} from "../../../lambdas/core/schedules/keep-current.ts";
import { currentKey } from "../../../lambdas/core/schedules/manifest.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { withinMs } from "../../adapters/toggl/client.ts";
import { monthly } from "../../handlers/answer.ts";
import { currentIn, exportsIn, failedRun } from "../../ports.ts";

const schedule: ConfiguredSchedule = { ...monthly, workspace_id: 7, formats: ["csv"], refresh_previous: 0 };

function made(occurrence: string, asked_at: string, content: string, of = schedule): SucceededExport {
  const [{ isRefresh: _, ...job }] = scheduledExports(of, Date.parse(occurrence)) as [ExportJob];
  const file = {
    bucket: "b",
    key: `exports/${job.id}.csv`,
    bytes: 1,
    sha256: content.repeat(64),
    content_type: "text/csv",
  };
  return { ...job, status: "succeeded", created_at: occurrence, asked_at, completed_at: asked_at, file };
}

/** A bucket with the files of some exports. */
function bucketWith(records: readonly SucceededExport[]) {
  const objects = new Map(records.map(({ file }) => [file.key, file.sha256]));
  const [manifests, marks, deleted] = [new Map(), new Map<string, "expires" | "kept">(), [] as string[]];
  const current = currentIn({ objects, manifests, marks, deleted });
  const expired = () => [...marks].filter(([, mark]) => mark === "expires").map(([key]) => key);
  return {
    current,
    objects,
    expired,
    marks,
    deleted,
    manifest: () => manifests.get(schedule.name)?.manifest as Manifest | undefined,
  };
}

const portsOf = (current: Current, of: readonly ConfiguredSchedule[] = [schedule]) => ({
  configuration: { schedules: new Map(of.map((one) => [one.name, one])) },
  current,
  clock: { now: () => Date.parse("2026-12-01T00:00:00Z"), random: () => 0, sleep: async () => {} },
});

const historyOf = (records: readonly Export[]) => exportsIn(new Map(records.map((one) => [one.id, one])));

const deadline = withinMs(10_000);
const october = currentKey("monthly", { workspace_id: 7, format: "csv", from_date: "2026-10-01" });
const early = made("2026-11-04T06:00:00Z", "2026-11-04T06:00:00Z", "a");
const late = made("2026-11-03T06:00:00Z", "2026-11-05T06:00:00Z", "b");

it("puts the file there before the manifest that names it", async () => {
  const { current, objects } = bucketWith([early]);
  const order: string[] = [];
  const spied: Current = {
    ...current,
    copy(...args) {
      order.push("copy");
      return current.copy(...args);
    },
    write(...args) {
      order.push("write");
      return current.write(...args);
    },
  };
  expect(await bringIntoCurrent(early, deadline, portsOf(spied))).toBe(true);
  expect(order).toEqual(["copy", "write"]);
  expect(objects.get(october)).toBe(early.file.sha256);
});

it("lets what it replaces expire, the file and its record, and deletes nothing of the ledger", async () => {
  const { current, expired, deleted } = bucketWith([early, late]);
  await bringIntoCurrent(early, deadline, portsOf(current));
  await bringIntoCurrent(late, deadline, portsOf(current));
  expect(expired().sort()).toEqual([early.file.key, recordKey(7, early.id)].sort());
  expect(deleted).toEqual([]);
});

it("keeps the file of an unchanged export, whose record alone may go", async () => {
  const { current, expired } = bucketWith([early]);
  const unchanged: SucceededExport = { ...late, file: early.file, unchanged: true };
  await bringIntoCurrent(early, deadline, portsOf(current));
  expect(await bringIntoCurrent(unchanged, deadline, portsOf(current))).toBe(true);
  expect(expired()).toEqual([recordKey(7, early.id)]);
});

it("changes nothing when it comes again, or comes too late", async () => {
  const { current, manifest, objects } = bucketWith([early, late]);
  await bringIntoCurrent(late, deadline, portsOf(current));
  const before = manifest();
  expect(await bringIntoCurrent(late, deadline, portsOf(current))).toBe(true);
  expect(await bringIntoCurrent(early, deadline, portsOf(current))).toBe(false);
  expect(manifest()).toBe(before);
  expect(objects.get(october)).toBe(late.file.sha256);
});

it("puts the newer file back if it was overtaken between its file and its manifest", async () => {
  const { current, objects, manifest } = bucketWith([early, late]);
  let isOvertaken = false;
  const slow: Current = {
    ...current,
    async copy(entry, within) {
      if (!isOvertaken) await bringIntoCurrent(late, within, portsOf(current));
      isOvertaken = true;
      return current.copy(entry, within);
    },
  };
  expect(await bringIntoCurrent(early, deadline, portsOf(slow))).toBe(false);
  expect(objects.get(october)).toBe(late.file.sha256);
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([late.id]);
});

it("lets go of what it replaced though the answer to its write was lost", async () => {
  const { current, expired } = bucketWith([early, late]);
  await bringIntoCurrent(early, deadline, portsOf(current));
  const deaf: Current = { ...current, write: async (...args) => (await current.write(...args)) && false };
  expect(await bringIntoCurrent(late, deadline, portsOf(deaf))).toBe(true);
  expect(expired()).toHaveLength(2);
});

it("gives up where others write all the time, after six tries and ever longer waits, and says so", async () => {
  const { current } = bucketWith([early]);
  const [waits, tries] = [[] as number[], [] as Manifest[]];
  const busy: Current = {
    ...current,
    async write(manifest) {
      tries.push(manifest);
      return false;
    },
  };
  const ports = portsOf(busy);
  const clock = { ...ports.clock, random: () => 0.5, sleep: async (ms: number) => void waits.push(ms) };
  await expect(bringIntoCurrent(early, deadline, { ...ports, clock })).rejects.toMatchObject({
    kind: "storage_unavailable",
    message: "The manifest of monthly was written by others 6 times.",
  });
  expect(tries).toHaveLength(6);
  expect(waits).toEqual([50, 100, 200, 400, 800, 1600]); // half of what chance can make of each
});

it("says in the manifest when it was written", async () => {
  const { current, manifest } = bucketWith([early]);
  await bringIntoCurrent(early, deadline, portsOf(current));
  expect(manifest()?.written_at).toBe("2026-12-01T00:00:00.000Z");
});

it("needs no list of accepted columns where the schedule publishes whatever columns come", async () => {
  const { current } = bucketWith([early]);
  const accepted = async () => Promise.reject(new Error("cannot be read"));
  expect(await bringIntoCurrent(early, deadline, portsOf({ ...current, accepted }))).toBe(true);
});

describe("an export that is not current", () => {
  /** What may be deleted once an export is let go while another waits for its columns. */
  async function expiredAfter(record: SucceededExport, ...waiting: Partial<HeldExport>[]): Promise<string[]> {
    const { current, expired } = bucketWith([early, late]);
    await bringIntoCurrent(late, deadline, portsOf(current));
    const { manifest, version } = await current.read("monthly", deadline);
    const held = waiting.map(
      (more): HeldExport => ({
        workspace_id: 7,
        format: "csv",
        export_id: "01KAT400000000000000000000",
        from_date: "2026-10-01",
        to_date: "2026-10-31",
        columns: ["Project"],
        ...more,
      }),
    );
    if (manifest) await current.write({ ...manifest, ...(held.length > 0 && { held }) }, version, deadline);
    await letExpire(record, deadline, { current });
    return expired();
  }
  const record = recordKey(7, early.id);

  it("goes when its time is over, its file and its record", async () => {
    expect(await expiredAfter(early)).toEqual([record, early.file.key]);
  });

  it("goes without its file where that is an earlier export's, whose content it found again", async () => {
    expect(await expiredAfter({ ...early, unchanged: true })).toEqual([record]);
  });

  it("goes without its file where one of the same days waits, which may have found the same content", async () => {
    expect(await expiredAfter(early, {})).toEqual([record]);
    expect(await expiredAfter(early, {}, { format: "xlsx" })).toEqual([record]);
  });

  it.each<[string, Partial<HeldExport>]>([
    ["is of another format", { format: "xlsx" }],
    ["begins on another day", { from_date: "2026-10-02" }],
    ["ends on another day", { to_date: "2026-10-30" }],
  ])("goes with its file where what waits %s", async (_, other) => {
    expect(await expiredAfter(early, other)).toEqual([record, early.file.key]);
  });

  it("stays while it waits itself for its columns to be accepted", async () => {
    expect(await expiredAfter(early, { export_id: early.id })).toEqual([]);
  });
});

it("leaves out what is gone, and what no schedule of the configuration makes", async () => {
  const { current, manifest } = bucketWith([]);
  expect(await bringIntoCurrent(early, deadline, portsOf(current))).toBe(false);
  expect(await bringIntoCurrent(early, deadline, portsOf(bucketWith([early]).current, []))).toBe(false);
  expect(manifest()).toBeUndefined();
});

it("is made again from the records alone, without what does not belong there", async () => {
  const { current, objects, manifest, marks } = bucketWith([early, late]);
  const stray = currentKey("monthly", { workspace_id: 9, format: "csv", from_date: "2020-01-01" });
  objects.set(stray, "stray");
  const records = [late, early, { ...early, schedule: "another" }];
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports: historyOf(records) });
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([late.id]);
  expect([...objects.keys()].filter((key) => key.startsWith("current/"))).toEqual([october]);
  expect([late.file.key, recordKey(7, late.id)].map((key) => marks.get(key))).toEqual(["kept", "kept"]);
  await rebuildCurrent("gone", deadline, { ...portsOf(current), exports: historyOf(records) });
  expect(manifest()?.entries).toHaveLength(1);
});

it("is made again without a file that is gone from the bucket", async () => {
  const september = made("2026-10-03T06:00:00Z", "2026-10-03T06:00:00Z", "c");
  const { current, manifest, objects } = bucketWith([september, late]);
  objects.delete(september.file.key);
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports: historyOf([september, late]) });
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([late.id]);
});

it("is made again though some of its exports failed or are still to be made", async () => {
  const { current, manifest } = bucketWith([late]);
  const { file: _, ...open } = early;
  const records = [late, { ...open, status: "failed" } as Export];
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports: historyOf(records) });
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([late.id]);
});

it("is made again from all of a history, however many pages it has", async () => {
  const september = made("2026-10-03T06:00:00Z", "2026-10-03T06:00:00Z", "c");
  const { current, manifest } = bucketWith([september, late]);
  const byHand = Array.from({ length: 100 }, (_, at): Export => {
    const { schedule: __, ...record } = early;
    return { ...record, id: `01ZZ${String(at).padStart(22, "0")}` };
  });
  const exports = historyOf([september, ...byHand, late]);
  const newest = await exports.page({ workspaceId: 7, limit: 100 }, deadline);
  expect(newest.exports.every((one) => one.schedule === undefined)).toBe(true); // the case is what it says
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports });
  expect(manifest()?.entries.map(({ from_date }) => from_date)).toEqual(["2026-10-01", "2026-09-01"]);
});

describe("a schedule that holds files with other columns", () => {
  const publishing: ConfiguredSchedule = { ...schedule, formats: ["csv", "xlsx"] };
  const holding: ConfiguredSchedule = { ...publishing, on_columns_changed: "hold" };

  /** The files of a run in both formats, with these columns. */
  const filesOf = (occurrence: string, columns: readonly string[]): SucceededExport[] =>
    scheduledExports(publishing, Date.parse(occurrence)).map(({ isRefresh: _, ...job }) => ({
      ...job,
      status: "succeeded",
      created_at: occurrence,
      asked_at: occurrence,
      completed_at: occurrence,
      file: {
        bucket: "b",
        key: `exports/${job.id}`,
        bytes: 1,
        sha256: "a".repeat(64),
        content_type: "text/csv",
        columns,
      },
    }));
  const old = ["Project", "Profit"];
  const inSeptember = filesOf("2026-10-03T06:00:00Z", old);
  const inOctober = filesOf("2026-11-03T06:00:00Z", ["Project", "Margin"]);
  const inNovember = filesOf("2026-12-03T06:00:00Z", old);

  /** September and October were published; since then columns are held, and November has September's again. */
  async function waiting() {
    const records = [...inSeptember, ...inOctober, ...inNovember];
    const bucket = bucketWith(records);
    for (const record of records) {
      const isNovember = record.parameters.start_date === "2026-11-01";
      await bringIntoCurrent(record, deadline, portsOf(bucket.current, [isNovember ? holding : publishing]));
    }
    const shown = () => bucket.manifest()?.entries.map(({ from_date, format }) => `${from_date} ${format}`);
    const held = () => bucket.manifest()?.held?.map(({ from_date, format }) => `${from_date} ${format}`);
    const ports = { ...portsOf(bucket.current, [holding]), exports: historyOf(records) };
    return { ...bucket, ports, shown, held };
  }
  const published = ["2026-10-01 csv", "2026-10-01 xlsx", "2026-09-01 csv", "2026-09-01 xlsx"];
  const heldBack = ["2026-11-01 csv", "2026-11-01 xlsx"];

  it("goes on holding them when current/ is made again, though an older file has the same columns", async () => {
    const { ports, shown, held } = await waiting();
    expect([shown(), held()]).toEqual([published, heldBack]);
    await rebuildCurrent("monthly", deadline, ports);
    expect([shown(), held()]).toEqual([published, heldBack]);
  });

  it("shows them once their columns are accepted, and each time that current/ is made again after that", async () => {
    const { ports, shown, held } = await waiting();
    const columns = (["csv", "xlsx"] as const).map((format) => ({ workspace_id: 7, format, columns: old }));
    await acceptColumns("monthly", columns, deadline, ports);
    for (let time = 1; time <= 2; time++) {
      await rebuildCurrent("monthly", deadline, ports);
      expect([shown(), held()]).toEqual([[...heldBack, ...published], undefined]);
    }
  });
});

describe("the list of accepted columns", () => {
  const csv = { workspace_id: 7, format: "csv", columns: ["Project"] } as const;
  const xlsx = { ...csv, format: "xlsx" } as const;

  it("keeps what was accepted before, and has nothing twice", async () => {
    const { current } = bucketWith([]);
    await acceptColumns("monthly", [csv], deadline, { current });
    await acceptColumns("monthly", [csv, xlsx], deadline, { current });
    expect(await current.accepted("monthly", deadline)).toEqual([csv, xlsx]);
  });

  it("is not written again where nothing is new", async () => {
    const { current } = bucketWith([]);
    await acceptColumns("monthly", [csv], deadline, { current });
    const accept = async () => Promise.reject(new Error("written"));
    await acceptColumns("monthly", [csv], deadline, { current: { ...current, accept } });
    expect(await current.accepted("monthly", deadline)).toEqual([csv]);
  });
});

it("keeps what is current of an export whose record cannot be read while it is made again", async () => {
  const { current, manifest } = bucketWith([early, late]);
  await bringIntoCurrent(late, deadline, portsOf(current));
  const exports = { ...historyOf([]), page: async () => ({ exports: [], unreadable: [late.id] }) };
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports });
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([late.id]);
  const newer = { ...exports, page: async () => ({ exports: [early], unreadable: [late.id] }) };
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports: newer });
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([late.id]); // which was asked for later
});

it("keeps one file of a rolling period, whichever records can be read while it is made again", async () => {
  const rolling: ConfiguredSchedule = { ...schedule, period: "last-7-days" };
  const [one, two] = ["2026-11-03T06:00:00Z", "2026-11-04T06:00:00Z"].map((at) => made(at, at, "a", rolling)) as [
    SucceededExport,
    SucceededExport,
  ];
  const { current, manifest } = bucketWith([one, two]);
  await bringIntoCurrent(two, deadline, portsOf(current, [rolling]));
  const exports = { ...historyOf([]), page: async () => ({ exports: [one], unreadable: [two.id] }) };
  await rebuildCurrent("monthly", deadline, { ...portsOf(current, [rolling]), exports });
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([two.id]);
});

it("notes the newest run that has come to an end, and keeps it through files and rebuilding", async () => {
  const { current, manifest } = bucketWith([early, late]);
  await noteLastRun("monthly", failedRun("2026-11-04T06:00:00Z"), deadline, portsOf(current));
  await noteLastRun("monthly", failedRun("2026-11-03T06:00:00Z"), deadline, portsOf(current));
  await bringIntoCurrent(late, deadline, portsOf(current));
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports: historyOf([late]) });
  expect(manifest()?.last_run?.occurrence).toBe("2026-11-04T06:00:00Z");
  expect(manifest()?.entries).toHaveLength(1);
});

it("notes a run beside the files that are current, then a newer one, or what the same one came to when made again", async () => {
  const { current, manifest } = bucketWith([early]);
  await bringIntoCurrent(early, deadline, portsOf(current));
  const runs = [
    failedRun("2026-11-03T06:00:00Z"),
    failedRun("2026-11-04T06:00:00Z"),
    failedRun("2026-11-04T06:00:00Z", { status: "succeeded", failed: 0 }),
  ];
  for (const run of runs) {
    await noteLastRun("monthly", run, deadline, portsOf(current));
    expect(manifest()?.last_run).toEqual(run);
  }
  expect(manifest()?.entries.map(({ export_id }) => export_id)).toEqual([early.id]);
});

it("notes no run of a schedule that was removed meanwhile", async () => {
  const { current, manifest } = bucketWith([]);
  await noteLastRun("monthly", failedRun("2026-11-03T06:00:00Z"), deadline, portsOf(current, []));
  expect(manifest()).toBeUndefined();
});
