import { expect, it } from "vitest";
import type { SucceededExport } from "../../../api/export.ts";
import type { Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule, ScheduleRun } from "../../../api/schedule.ts";
import { recordKey } from "../../../lambdas/core/exports/keys.ts";
import type { Current } from "../../../lambdas/core/ports/current.ts";
import { bringIntoCurrent, noteLastRun, rebuildCurrent } from "../../../lambdas/core/schedules/keep-current.ts";
import { currentKey } from "../../../lambdas/core/schedules/manifest.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { withinMs } from "../../adapters/toggl/client.ts";
import { monthly } from "../../handlers/answer.ts";
import { currentIn, exportsIn } from "../../ports.ts";

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

const historyOf = (records: readonly SucceededExport[]) => exportsIn(new Map(records.map((one) => [one.id, one])));

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

it("gives up, and says so, where others write all the time", async () => {
  const { current } = bucketWith([early]);
  const busy: Current = { ...current, write: async () => false };
  await expect(bringIntoCurrent(early, deadline, portsOf(busy))).rejects.toMatchObject({ kind: "storage_unavailable" });
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
  const runAt = (occurrence: string): ScheduleRun => ({
    occurrence,
    from_date: "2026-10-01",
    to_date: "2026-10-31",
    status: "failed",
    exports: [],
    unchanged: 0,
    restated: 0,
    deferred: 0,
    failed: 1,
  });
  await noteLastRun("monthly", runAt("2026-11-04T06:00:00Z"), deadline, portsOf(current));
  await noteLastRun("monthly", runAt("2026-11-03T06:00:00Z"), deadline, portsOf(current));
  await bringIntoCurrent(late, deadline, portsOf(current));
  await rebuildCurrent("monthly", deadline, { ...portsOf(current), exports: historyOf([late]) });
  expect(manifest()?.last_run?.occurrence).toBe("2026-11-04T06:00:00Z");
  expect(manifest()?.entries).toHaveLength(1);
});
