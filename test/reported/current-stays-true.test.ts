import type { Export, SucceededExport } from "../../api/export.ts";
import type { Manifest } from "../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../api/schedule.ts";
import { planBackfill, priceBackfill } from "../../client/backfill-plan.ts";
import { recordKey } from "../../lambdas/core/exports/keys.ts";
import { makeFile } from "../../lambdas/core/exports/make-file.ts";
import type { Current } from "../../lambdas/core/ports/current.ts";
import type { Exports, PublishedReport } from "../../lambdas/core/ports/exports.ts";
import { isMadeBy, ownPart } from "../../lambdas/core/schedules/current.ts";
import {
  acceptColumns,
  bringIntoCurrent,
  letExpire,
  rebuildCurrent,
} from "../../lambdas/core/schedules/keep-current.ts";
import { lastRunOf } from "../../lambdas/core/schedules/last-run.ts";
import { parseManifest } from "../../lambdas/core/schedules/manifest.ts";
import { type ExportJob, scheduledExports } from "../../lambdas/core/schedules/schedule.ts";
import { scheduleRun } from "../../lambdas/core/schedules/schedule-run.ts";
import { withinMs } from "../adapters/toggl/client.ts";
import { monthly } from "../handlers/answer.ts";
import { clockAt, coordinationIn, currentIn, exportsIn, reportOf } from "../ports.ts";
import { reportedCases } from "./reported-cases.ts";

const base: ConfiguredSchedule = { ...monthly, workspace_id: 7, formats: ["csv"], refresh_previous: 0 };
const trends: ConfiguredSchedule = {
  ...base,
  report: "trends/projects",
  previous_period: "previous-period",
  refresh_previous: 1,
  parameters: {},
};
const deadline = withinMs(60_000);
const time = (text: string) => Date.parse(text);

function jobOf(schedule: ConfiguredSchedule, occurrence: string): ExportJob {
  return scheduledExports(schedule, time(occurrence))[0] as ExportJob;
}

interface Facts {
  readonly asked?: string;
  readonly content?: string;
  readonly columns?: readonly string[];
}

function made(schedule: ConfiguredSchedule, occurrence: string, facts: Facts = {}): SucceededExport {
  const { asked = occurrence, content = "a", columns = ["Project", "Profit"] } = facts;
  const { isRefresh: _, ...job } = jobOf(schedule, occurrence);
  const file = {
    bucket: "b",
    key: `exports/${job.id}.csv`,
    bytes: 1,
    columns,
    sha256: content.repeat(64),
    content_type: "text/csv",
  };
  return { ...job, status: "succeeded", created_at: occurrence, asked_at: asked, completed_at: asked, file };
}

/** A bucket with the files of these exports, and what keeps `current/` in it. */
function bucketOf(schedule: ConfiguredSchedule, records: readonly SucceededExport[]) {
  const objects = new Map(records.map(({ file }) => [file.key, file.sha256 ?? "?"]));
  const manifests = new Map<string, { manifest: Manifest; version: string }>();
  const marks = new Map<string, "expires" | "kept">();
  const current = currentIn({ objects, manifests, marks });
  const exports = exportsIn(new Map<string, Export>(records.map((one) => [one.id, one])));
  const schedules = new Map([[schedule.name, schedule]]);
  const clock = clockAt(() => time("2026-12-30T00:00:00Z"));
  return {
    ports: { configuration: { schedules }, current, exports, clock },
    objects,
    marks,
    manifest: () => manifests.get(schedule.name)?.manifest,
    files: () => [...objects.keys()].filter((key) => key.startsWith("current/")),
  };
}

const days = ({ from_date, to_date }: { from_date: string; to_date: string }) => `${from_date} ${to_date}`;

/** How many of the exports that a schedule makes in a year it takes for its own. */
function takenOf(schedule: ConfiguredSchedule): string {
  const occurrences = Array.from({ length: 61 }, (_, at) => time("2026-01-01T06:00:00Z") + at * 6 * 86_400_000);
  const jobs = occurrences.flatMap((at) => scheduledExports(schedule, at));
  const taken = jobs.filter((job) => isMadeBy(schedule, { ...job, status: "succeeded" } as unknown as SucceededExport));
  return `${taken.length} of ${jobs.length}`;
}

reportedCases(
  "a schedule's own files are current, whatever they are compared with",
  (
    [
      ["week-to-date", "69 of 122"],
      ["quarter-to-date", "62 of 122"],
      ["year-to-date", "61 of 122"],
      ["previous-day", "119 of 122"],
      ["previous-week", "120 of 122"],
      ["last-7-days", "119 of 122"],
      ["last-31-days", "120 of 122"],
      ["last-3-months", "122 of 122"],
      ["month-to-date", "122 of 122"],
    ] as const
  ).map(([period, before]) => ({
    name: period,
    before,
    right: "122 of 122",
    now: () => takenOf({ ...trends, period }),
  })),
);

/** What a run makes of a file with this content, and what it says of it. */
async function makeAgain(
  schedule: ConfiguredSchedule,
  records: readonly SucceededExport[],
  job: ExportJob,
  { broken = {}, content = "a", columns = ["Project", "Profit"] }: Facts & { broken?: Partial<Exports> },
) {
  const { ports } = bucketOf(schedule, records);
  for (const record of records) await bringIntoCurrent(record, deadline, ports);
  const report = reportOf({ sha256: content.repeat(64), columns });
  const file = await makeFile(job, { isFirst: !broken.findPublished }, deadline, {
    ...ports,
    exports: { ...ports.exports, ...broken },
    coordination: coordinationIn(),
    toggl: { report: async () => report },
  });
  if (file.unchanged) return `unchanged, ${file.file.key}`;
  return file.restates ? `restates ${file.restates}` : "a file of its own";
}

const hold: ConfiguredSchedule = { ...base, on_columns_changed: "hold" };
const april = made(hold, "2026-05-03T04:00:00Z");
const mayHeld = made(hold, "2026-06-03T04:00:00Z", { columns: ["Margin", "Project"] });
const again = jobOf(hold, "2026-06-03T05:00:00Z");
const october = made(base, "2026-11-03T06:00:00Z");
const octoberAgain = jobOf(base, "2026-11-04T06:00:00Z");

const takenOver = (asked_at: string): PublishedReport => ({
  ...reportOf({ sha256: "c".repeat(64) }),
  file: { ...october.file, key: "exports/own.csv", sha256: "c".repeat(64) },
  asked_at,
});

reportedCases("a file is compared with the one before it, and with no other", [
  {
    name: "the same days again while their first file waits for its columns",
    before: "a file of its own",
    right: `unchanged, ${mayHeld.file.key}`,
    now: () => makeAgain(hold, [april, mayHeld], again, { columns: ["Margin", "Project"] }),
  },
  {
    name: "other content of days whose first file waits",
    before: "a file of its own",
    right: `restates ${mayHeld.id}`,
    now: () =>
      makeAgain(hold, [april, mayHeld], again, {
        content: "b",
        columns: ["Margin", "Project"],
        broken: { compare: async () => ({ isSame: false }) },
      }),
  },
  {
    name: "a run that was promised with another currency, while a file waits",
    before: "a file of its own",
    right: "a file of its own",
    now: () =>
      makeAgain(
        hold,
        [april, mayHeld],
        { ...again, parameters: { ...again.parameters, currency: "eur" } },
        { columns: ["Margin", "Project"] },
      ),
  },
  {
    name: "the same content, but the earlier file was deleted by hand",
    before: "unchanged, of a file that is gone",
    right: "a file of its own",
    now: () => makeAgain(base, [october], octoberAgain, { broken: { isThere: async () => false } }),
  },
  {
    name: "a file that an ended attempt left, taken over after a newer run",
    before: "restates the newer one",
    right: "a file of its own",
    now: () =>
      makeAgain(base, [october], octoberAgain, {
        broken: { findPublished: async () => takenOver("2026-11-02T00:00:00Z") },
      }),
  },
]);

reportedCases("what a manifest names is there, and nothing else", [
  {
    name: "retention: an older run is delivered again after an unchanged one took over its file",
    before: "its file expires, which is current",
    right: [recordKey(7, october.id)],
    async now() {
      const { isRefresh: _, ...job } = octoberAgain;
      const unchanged: SucceededExport = { ...october, ...job, asked_at: "2026-11-04T06:00:00Z", unchanged: true };
      const { ports, marks } = bucketOf(base, [october]);
      await bringIntoCurrent(unchanged, deadline, ports);
      await letExpire(october, deadline, ports);
      return [...marks.keys()];
    },
  },
  {
    name: "retention: a current export is delivered again after its schedule was removed",
    before: "file and record expire",
    right: [],
    async now() {
      const { ports, marks } = bucketOf(base, [october]);
      await bringIntoCurrent(october, deadline, ports);
      await letExpire(october, deadline, { ...ports });
      return [...marks.keys()];
    },
  },
  {
    name: "a rolling period that is overtaken between its file and its manifest",
    before: "both files lie below current/",
    right: ["2026-11-26 2026-12-02", 1],
    async now() {
      const rolling = { ...base, period: "last-7-days" };
      const early = made(rolling, "2026-12-02T06:00:00Z");
      const late = made(rolling, "2026-12-03T06:00:00Z");
      const { ports, manifest, files } = bucketOf(rolling, [early, late]);
      const slow: Current = {
        ...ports.current,
        async copy(entry, within) {
          const isCopied = await ports.current.copy(entry, within);
          if (entry.export_id === early.id) await bringIntoCurrent(late, within, ports);
          return isCopied;
        },
      };
      await bringIntoCurrent(early, deadline, { ...ports, current: slow });
      return [...(manifest()?.entries.map(days) ?? []), files().length];
    },
  },
  {
    name: "a record whose hash, size and times are lost",
    before: "a manifest that nobody can read",
    right: ["2026-09-01 2026-09-30"],
    async now() {
      const damaged = { ...october, file: { key: october.file.key } } as SucceededExport;
      const { ports, manifest } = bucketOf(base, [made(base, "2026-10-03T06:00:00Z"), damaged]);
      await rebuildCurrent(base.name, deadline, ports);
      return parseManifest(JSON.stringify(manifest()), base.name).entries.map(days);
    },
  },
  {
    name: "a record with a day that no calendar has",
    before: "RangeError, at each rebuild",
    right: ["2026-09-01 2026-09-30"],
    async now() {
      const damaged = { ...october, parameters: { ...october.parameters, start_date: "2026-13-45" } };
      const { ports, manifest } = bucketOf(base, [made(base, "2026-10-03T06:00:00Z"), damaged]);
      await rebuildCurrent(base.name, deadline, ports);
      return manifest()?.entries.map(days);
    },
  },
  {
    name: "rebuild of a schedule that holds new columns only since they were published",
    before: "goes back to the oldest columns",
    right: ["2026-10-01 2026-10-31", "2026-09-01 2026-09-30"],
    now: () => rebuilt(false),
  },
  {
    name: "the same when later columns are accepted",
    before: "the months between are gone",
    right: ["2026-11-01 2026-11-30", "2026-10-01 2026-10-31", "2026-09-01 2026-09-30"],
    now: () => rebuilt(true),
  },
]);

/** September has old columns and October new ones, both published; since then columns are held, and November has others. */
async function rebuilt(isAccepted: boolean) {
  const november = made(base, "2026-12-03T06:00:00Z", { columns: ["Third"] });
  const records = [
    made(base, "2026-10-03T06:00:00Z"),
    made(base, "2026-11-03T06:00:00Z", { columns: ["Second"] }),
    november,
  ];
  const { ports, manifest } = bucketOf(hold, records);
  const published = { ...ports, configuration: { schedules: new Map([[base.name, base]]) } };
  for (const record of records.slice(0, 2)) await bringIntoCurrent(record, deadline, published);
  await bringIntoCurrent(november, deadline, ports);
  const columns = [{ workspace_id: 7, format: "csv" as const, columns: ["Third"] }];
  if (isAccepted) await acceptColumns(hold.name, columns, deadline, ports);
  await rebuildCurrent(hold.name, deadline, ports);
  return manifest()?.entries.map(days);
}

/** A schedule that moved from workspace 7 to workspace 8 and has not run there. */
async function moved() {
  const { ports, manifest } = bucketOf(base, [october]);
  await bringIntoCurrent(october, deadline, ports);
  const last_run = scheduleRun([jobOf(base, "2026-11-03T06:00:00Z")], [october]);
  const before = { ...(manifest() as Manifest), ...(last_run && { last_run }) };
  return { before, schedule: { ...base, workspace_id: 8 }, ports: { ...ports, coordination: coordinationIn() } };
}

reportedCases("a schedule that moved to another workspace shows nothing of the one before", [
  {
    name: "what is current",
    before: "files, columns and parameters of the other",
    right: [[], undefined],
    async now() {
      const { before, schedule } = await moved();
      const { entries, last_run } = ownPart(before, schedule);
      return [entries, last_run];
    },
  },
  {
    name: "its last run",
    before: "that of the other, with its ids",
    right: undefined,
    async now() {
      const { before, schedule, ports } = await moved();
      return lastRunOf(schedule, before, deadline, ports);
    },
  },
]);

/** What a backfill of September and October plans where the schedule made files with these parameters before. */
async function backfilled(parameters: Record<string, string>, status = "succeeded") {
  const schedule = { ...base, parameters };
  const known = new Map<string, Export>();
  for (const at of ["2026-10-03T06:00:00Z", "2026-11-03T06:00:00Z"]) {
    const record = { ...made(base, at), status } as Export;
    known.set(record.id, record);
  }
  const plan = planBackfill(schedule, { from: "2026-09", to: "2026-10" }, time("2026-11-20T00:00:00Z"));
  const { periods, periods_to_make } = await priceBackfill(plan, async (id) => known.get(id), 600);
  return [periods_to_make, ...periods.map(({ occurrence }) => occurrence)];
}

const due = ["2026-10-03T06:00:00Z", "2026-11-03T06:00:00Z"];

reportedCases("a backfill after a schedule was changed makes what the new definition has not made", [
  {
    name: "another currency",
    before: "nothing: all are there already",
    right: [2, "2026-10-03T06:00:01Z", "2026-11-03T06:00:01Z"],
    now: () => backfilled({ currency: "eur" }),
  },
  {
    name: "nothing was changed",
    before: "nothing to make",
    right: [0, ...due],
    now: () => backfilled({ currency: "usd" }),
  },
  {
    name: "another currency, where the runs before had failed",
    before: "made in their place",
    right: [2, ...due],
    now: () => backfilled({ currency: "eur" }, "failed"),
  },
]);
