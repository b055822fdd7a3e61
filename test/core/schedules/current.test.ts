import { describe, expect, it } from "vitest";
import type { SucceededExport } from "../../../api/export.ts";
import type { AcceptedColumns, Manifest } from "../../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import {
  definitionHash,
  earlierExportId,
  isMadeBy,
  newestOf,
  newestOfEach,
  ownPart,
  place,
  placeAll,
} from "../../../lambdas/core/schedules/current.ts";
import { type ExportJob, scheduledExports } from "../../../lambdas/core/schedules/schedule.ts";
import { monthly } from "../../handlers/answer.ts";

const base: ConfiguredSchedule = {
  ...monthly,
  name: "monthly-usd",
  workspace_id: 7,
  refresh_previous: 2,
  parameters: { currency: "usd", resolution: "month" },
};

const now = "2026-12-01T00:00:00.000Z";
const placing = (schedule = base, accepted: readonly AcceptedColumns[] = []) => ({ schedule, accepted, now });

interface Facts {
  readonly asked?: string;
  readonly sha?: string;
  readonly columns?: readonly string[];
}

function madeOf(
  { isRefresh: _, ...job }: ExportJob,
  { asked, sha = "a", columns = ["Project", "Profit"] }: Facts = {},
): SucceededExport {
  return {
    ...job,
    status: "succeeded",
    created_at: job.occurrence ?? "",
    ...(asked && { asked_at: asked }),
    completed_at: asked ?? job.occurrence ?? "",
    file: {
      bucket: "b",
      key: `exports/${job.id}`,
      bytes: 5,
      rows: 2,
      columns,
      sha256: sha.repeat(64),
      content_type: "text/csv",
    },
  };
}

const run = (schedule: ConfiguredSchedule, occurrence: string) => scheduledExports(schedule, Date.parse(occurrence));
const own = (schedule: ConfiguredSchedule, occurrence: string, facts: Facts = {}, at = 0) =>
  madeOf(run(schedule, occurrence)[at] as ExportJob, facts);

function placed(records: readonly SucceededExport[], schedule = base, before?: Manifest): Manifest | undefined {
  return records.reduce<Manifest | undefined>(
    (manifest, record) => place(manifest, record, placing(schedule))?.manifest ?? manifest,
    before,
  );
}

describe("what is current", () => {
  it("is one file for each format and period, the newest period first, under its first day", () => {
    const records = run(base, "2026-11-03T06:00:00Z").map((job) => madeOf(job));
    const entries = placed(records)?.entries ?? [];
    expect(entries.map(({ from_date, to_date, format }) => [from_date, to_date, format])).toEqual([
      ["2026-10-01", "2026-10-31", "csv"],
      ["2026-10-01", "2026-10-31", "xlsx"],
      ["2026-09-01", "2026-09-30", "csv"],
      ["2026-09-01", "2026-09-30", "xlsx"],
      ["2026-08-01", "2026-08-31", "csv"],
      ["2026-08-01", "2026-08-31", "xlsx"],
    ]);
    expect(entries[0]).toMatchObject({
      key: "current/schedule=monthly-usd/workspace_id=7/format=csv/from_date=2026-10-01/monthly-usd.csv",
      source_key: `exports/${records[0]?.id}`,
      export_id: records[0]?.id,
      rows: 2,
      columns: ["Project", "Profit"],
    });
  });

  it("is what Toggl was asked for later, though its id is smaller", () => {
    const late = own(base, "2026-11-03T06:00:00Z", { asked: "2026-11-09T00:00:00.500Z", sha: "b" });
    const early = own(base, "2026-11-04T06:00:00Z", { asked: "2026-11-09T00:00:00.400Z", sha: "c" });
    expect(late.id < early.id).toBe(true);
    for (const order of [
      [late, early],
      [early, late],
    ])
      expect(placed(order)?.entries.map(({ sha256 }) => sha256[0])).toEqual(["b"]);
  });

  it("does not change when the same export comes again", () => {
    const record = own(base, "2026-11-03T06:00:00Z", { asked: "2026-11-03T06:00:01Z" });
    const manifest = placed([record]);
    expect(place(manifest, record, placing())).toBeUndefined();
  });

  it("gives what it replaces, so that it can go", () => {
    const first = own(base, "2026-11-03T06:00:00Z", { asked: "2026-11-03T06:00:01Z" });
    const second = own(base, "2026-11-05T06:00:00Z", { asked: "2026-11-05T06:00:01Z" });
    const placement = place(placed([first]), second, placing());
    expect(placement?.replaced.map(({ export_id }) => export_id)).toEqual([first.id]);
    expect(placement?.copy?.export_id).toBe(second.id);
  });

  it("has no export that somebody else made of the same days, or of another report, workspace, format or currency", () => {
    const record = own(base, "2026-11-03T06:00:00Z");
    const others: Partial<SucceededExport>[] = [
      { schedule: "weekly" },
      { workspace_id: 8 },
      { report: "profitability/employees" },
      { spreadsheet_safe: true },
      { parameters: { ...record.parameters, currency: "eur" } },
      { parameters: { start_date: "2026-10-01", end_date: "2026-10-31" } },
      { parameters: base.parameters },
      { parameters: { ...record.parameters, end_date: "2026-10-30" } },
      { parameters: { ...record.parameters, previous_period_start: "2026-09-01" } },
    ];
    expect(isMadeBy(base, record)).toBe(true);
    for (const other of others) expect(isMadeBy(base, { ...record, ...other }), JSON.stringify(other)).toBe(false);
    expect(isMadeBy({ ...base, formats: ["xlsx"] }, record)).toBe(false);
    const { schedule: _, ...byHand } = record;
    expect(isMadeBy(base, byHand)).toBe(false);
  });

  it("has CSV files as safe for spreadsheets as the schedule makes them now, and workbooks either way", () => {
    const safe = { ...base, spreadsheet_safe: true };
    const [csv, xlsx] = run(base, "2026-11-03T06:00:00Z").map((job) => madeOf(job)) as [
      SucceededExport,
      SucceededExport,
    ];
    expect(isMadeBy(safe, { ...csv, spreadsheet_safe: true })).toBe(true);
    expect(isMadeBy(safe, csv)).toBe(false);
    expect(isMadeBy(safe, xlsx)).toBe(true);
    expect(isMadeBy(safe, { ...xlsx, spreadsheet_safe: true })).toBe(false);
  });

  it("says of a file what its record says, and nothing that the record does not", () => {
    const record = own(base, "2026-11-03T06:00:00Z", { asked: "2026-11-03T06:00:01Z" });
    const { rows: _, columns: __, ...unread } = record.file;
    const entry = {
      workspace_id: 7,
      format: "csv",
      from_date: "2026-10-01",
      to_date: "2026-10-31",
      key: "current/schedule=monthly-usd/workspace_id=7/format=csv/from_date=2026-10-01/monthly-usd.csv",
      source_key: `exports/${record.id}`,
      export_id: record.id,
      occurrence: "2026-11-03T06:00:00Z",
      asked_at: "2026-11-03T06:00:01Z",
      completed_at: "2026-11-03T06:00:01Z",
      bytes: 5,
      sha256: "a".repeat(64),
      parameters: record.parameters,
    };
    expect(placed([{ ...record, file: unread }])?.entries).toStrictEqual([entry]);
    const restates = "01KAT300000000000000000000";
    const counted = { rows: 2, columns: ["Project", "Profit"] };
    expect(placed([{ ...record, restates }])?.entries).toStrictEqual([{ ...entry, ...counted, restates }]);
  });

  it("takes in no record that would make the whole manifest unreadable", () => {
    const record = own(base, "2026-11-03T06:00:00Z");
    expect(place(undefined, record, placing())?.manifest.entries).toHaveLength(1);
    const damaged = { ...record, file: { ...record.file, sha256: "cut off" } };
    expect(place(undefined, damaged, placing())).toBeUndefined();
  });

  it("stands in the order of periods, then formats, whatever came first", () => {
    const records = run(base, "2026-11-03T06:00:00Z").map((job) => madeOf(job));
    const manifest = placed(records.toReversed());
    expect(manifest?.entries).toEqual(placed(records)?.entries);
    expect(newestOfEach(manifest?.entries.toReversed() ?? [], base)).toEqual(manifest?.entries);
  });
});

describe("a period that is still open", () => {
  const schedule = {
    ...base,
    period: "month-to-date",
    refresh_previous: 0,
    formats: ["csv"],
  } satisfies ConfiguredSchedule;
  const day = (number: number) => `2026-10-${String(number).padStart(2, "0")}T06:00:00Z`;

  it("has one file for its 31 days, then the next month's stands beside it", () => {
    let manifest: Manifest | undefined;
    for (let number = 1; number <= 31; number++) {
      manifest = placed([own(schedule, day(number), { asked: day(number) })], schedule, manifest);
      expect(manifest?.entries.map(({ from_date, to_date }) => [from_date, to_date])).toEqual([
        ["2026-10-01", day(number).slice(0, 10)],
      ]);
    }
    manifest = placed([own(schedule, "2026-11-01T06:00:00Z")], schedule, manifest);
    expect(manifest?.entries.map(({ from_date }) => from_date)).toEqual(["2026-11-01", "2026-10-01"]);
  });

  it("keeps what reaches further, though a shorter part was asked for later", () => {
    const whole = own(schedule, day(25), { asked: day(25) });
    const part = own(schedule, day(10), { asked: day(26) });
    expect(placed([whole, part], schedule)?.entries[0]?.to_date).toBe("2026-10-25");
  });
});

describe("a rolling period", () => {
  const schedule = {
    ...base,
    period: "last-30-days",
    refresh_previous: 1,
    formats: ["csv"],
  } satisfies ConfiguredSchedule;

  it("has exactly one file, the newest, whatever order its periods come in", () => {
    const days = ["2026-11-01", "2026-11-02", "2026-11-03"].flatMap((day) => {
      return run(schedule, `${day}T06:00:00Z`).map((job) => madeOf(job, { asked: `${day}T06:00:00Z` }));
    });
    for (const order of [days, days.toReversed()]) {
      expect(placed(order, schedule)?.entries.map(({ to_date }) => to_date)).toEqual(["2026-11-02"]);
    }
  });

  it("leaves its old place", () => {
    const [one, two] = ["2026-11-01T06:00:00Z", "2026-11-02T06:00:00Z"].map((at) =>
      own(schedule, at, { asked: at }),
    ) as [SucceededExport, SucceededExport];
    const placement = place(placed([one], schedule), two, placing(schedule));
    expect(placement?.replaced[0]?.key).not.toBe(placement?.copy?.key);
  });
});

describe("a definition that changes", () => {
  const euro = { ...base, parameters: { ...base.parameters, currency: "eur" } };

  it("begins with an empty list, and the files of the one before go", () => {
    const dollars = run(base, "2026-11-03T06:00:00Z").map((job) => madeOf(job));
    const before = placed(dollars);
    const placement = place(before, own(euro, "2026-12-03T06:00:00Z"), placing(euro));
    expect(placement?.manifest.entries).toHaveLength(1);
    expect(placement?.manifest.definition_sha256).not.toBe(before?.definition_sha256);
    expect(placement?.replaced).toHaveLength(6);
  });

  it("is not touched by a late run of the one before", () => {
    const before = placed([own(euro, "2026-12-03T06:00:00Z")], euro);
    expect(
      place(before, own(base, "2026-12-04T06:00:00Z", { asked: "2027-01-01T00:00:00Z" }), placing(euro)),
    ).toBeUndefined();
  });

  it("has again what it had once it is changed back and made again from the records", () => {
    const dollars = run(base, "2026-11-03T06:00:00Z").map((job) => madeOf(job));
    const records = [...dollars, own(euro, "2026-12-03T06:00:00Z")];
    expect(placeAll(records, placing())?.entries).toEqual(placed(dollars)?.entries);
    expect(placeAll(records, placing(euro))?.entries).toHaveLength(1);
  });

  it("is another one with other parameters, formats, report, period or workspace, in whatever order they are written", () => {
    const reordered = {
      ...base,
      formats: ["xlsx", "csv"],
      parameters: { resolution: "month", currency: "usd" },
    } as const;
    expect(definitionHash(reordered)).toBe(definitionHash(base));
    expect(definitionHash({ ...base, cron: "0 7 3 * ? *", enabled: false, refresh_previous: 5 })).toBe(
      definitionHash(base),
    );
    const others: Partial<ConfiguredSchedule>[] = [
      { workspace_id: 8 },
      { report: "profitability/employees" },
      { formats: ["csv"] },
      { period: "month-to-date" },
      { week_start: "sunday" },
      { previous_period: "equal-length" },
      { spreadsheet_safe: true },
      { parameters: { currency: "usd" } },
    ];
    const hashes = [base, ...others.map((other) => ({ ...base, ...other }))].map(definitionHash);
    expect(new Set(hashes).size).toBe(others.length + 1);
  });

  it("is the same one in every release: another hash would take all that is current away", () => {
    expect(definitionHash(base)).toBe("217c60484bd5440006f761640ac5d24ef3449f01ee556b507688e1a7adfef91c");
    expect(definitionHash({ ...base, spreadsheet_safe: false })).toBe(definitionHash(base));
  });
});

describe("a schedule that holds what has other columns", () => {
  const schedule: ConfiguredSchedule = { ...base, formats: ["csv"], refresh_previous: 0, on_columns_changed: "hold" };
  const october = own(schedule, "2026-11-03T06:00:00Z");
  const columns = ["Client", "Project", "Profit"];
  const november = own(schedule, "2026-12-03T06:00:00Z", { columns });

  it("keeps the last good version and says what waits, once", () => {
    const placement = place(placed([october], schedule), november, placing(schedule));
    expect(placement?.copy).toBeUndefined();
    expect(placement?.manifest.entries.map(({ export_id }) => export_id)).toEqual([october.id]);
    expect(placement?.manifest.held).toMatchObject([{ export_id: november.id, columns, from_date: "2026-11-01" }]);
    expect(place(placement?.manifest, november, placing(schedule))).toBeUndefined();
  });

  it("takes accepted columns, of this workspace and format alone", () => {
    const accepted = { workspace_id: 7, format: "csv", columns } as const;
    const before = placed([october, november], schedule);
    const whole = placeAll([november, october], placing(schedule, [accepted]));
    expect(whole?.entries.map(({ export_id }) => export_id)).toEqual([november.id, october.id]);
    expect(whole?.held).toBeUndefined();
    for (const other of [
      { ...accepted, workspace_id: 8 },
      { ...accepted, format: "xlsx" as const },
      { ...accepted, columns: ["Project"] },
    ]) {
      expect(placeAll([november, october], placing(schedule, [other]))?.held).toEqual(before?.held);
    }
  });

  it("is not every schedule: others take the newest file, whatever its columns", () => {
    const { on_columns_changed: _, ...other } = schedule;
    const manifest = placed([october, november], other);
    expect(manifest?.entries.map(({ export_id }) => export_id)).toEqual([november.id, october.id]);
    expect(manifest).not.toHaveProperty("held");
  });

  it("says of every period what waits", () => {
    const december = own(schedule, "2027-01-03T06:00:00Z", { columns });
    const manifest = placed([october, november, december], schedule);
    expect(manifest?.entries.map(({ export_id }) => export_id)).toEqual([october.id]);
    expect(manifest?.held?.map(({ export_id, from_date }) => [export_id, from_date])).toEqual([
      [november.id, "2026-11-01"],
      [december.id, "2026-12-01"],
    ]);
    const again = own(schedule, "2027-01-04T06:00:00Z", { asked: "2027-01-04T06:00:00Z" });
    expect(placed([again], schedule, manifest)?.held?.map(({ export_id }) => export_id)).toEqual([november.id]);
  });

  it("takes what Toggl was asked for first as the columns to hold to, whatever the ids say", () => {
    const late = own(schedule, "2026-11-03T06:00:00Z", { asked: "2026-11-09T06:00:00Z", columns });
    const early = own(schedule, "2026-11-04T06:00:00Z", { asked: "2026-11-05T06:00:00Z" });
    expect(late.id < early.id).toBe(true);
    for (const records of [
      [late, early],
      [early, late],
    ]) {
      const manifest = placeAll(records, placing(schedule));
      expect(manifest?.entries.map(({ export_id }) => export_id)).toEqual([early.id]);
      expect(manifest?.held?.map(({ export_id }) => export_id)).toEqual([late.id]);
    }
  });

  it("goes on by itself once the columns are the old ones again", () => {
    const before = placed([october, november], schedule);
    const again = own(schedule, "2026-12-04T06:00:00Z", { asked: "2026-12-04T06:00:00Z" });
    const after = placed([again], schedule, before);
    expect(after?.entries.map(({ export_id }) => export_id)).toEqual([again.id, october.id]);
    expect(after?.held).toBeUndefined();
  });
});

describe("what a new export is compared with", () => {
  it("is the newest of exactly its days and parameters", () => {
    const records = run(base, "2026-11-03T06:00:00Z").map((job) => madeOf(job));
    const manifest = placed(records);
    const next = run(base, "2026-12-03T06:00:00Z");
    expect(next.map((job) => earlierExportId(manifest, job))).toEqual([
      undefined,
      undefined,
      ...records.slice(0, 4).map(({ id }) => id),
    ]);
    const [october] = records as [SucceededExport];
    expect(earlierExportId(manifest, october)).toBe(october.id);
    expect(
      earlierExportId(manifest, { ...october, parameters: { ...october.parameters, currency: "eur" } }),
    ).toBeUndefined();
    expect(earlierExportId(undefined, october)).toBeUndefined();
  });

  it("is the one that waits for its columns, if one of the same days does", () => {
    const schedule: ConfiguredSchedule = { ...base, formats: ["csv"], refresh_previous: 0, on_columns_changed: "hold" };
    const first = own(schedule, "2026-11-03T06:00:00Z", { asked: "2026-11-03T06:00:00Z" });
    const second = own(schedule, "2026-11-04T06:00:00Z", { asked: "2026-11-04T06:00:00Z", columns: ["Other"] });
    expect(earlierExportId(placed([first, second], schedule), first)).toBe(second.id);
  });

  it("has the columns of the file that was asked for last, whatever its days", () => {
    const [first, second] = [
      own(base, "2026-11-03T06:00:00Z", { asked: "2026-11-09T00:00:00Z" }),
      own(base, "2026-12-03T06:00:00Z", { asked: "2026-11-08T00:00:00Z" }),
    ];
    const entries = placed([first, second])?.entries ?? [];
    expect(newestOf(entries, { workspace_id: 7, format: "csv" }, now)?.export_id).toBe(first.id);
    expect(newestOf(entries, { workspace_id: 7, format: "xlsx" }, now)).toBeUndefined();
    expect(newestOf(entries, { workspace_id: 8, format: "csv" }, now)).toBeUndefined();
    expect(newestOf(entries, { workspace_id: 7, format: "csv" }, "2026-11-08T12:00:00Z")?.export_id).toBe(second.id);
  });
});

describe("what a reader sees of a manifest", () => {
  const mine = { workspace_id: 7, format: "csv", export_id: "01KAT400000000000000000000" } as const;
  const others = { ...mine, workspace_id: 8, export_id: "01KAT300000000000000000000" };
  const run = { occurrence: "2026-11-03T06:00:00Z" };
  const manifest = (more: object) => ({ schedule: "monthly-usd", entries: [], ...more }) as unknown as Manifest;
  const seen = (more: object) => ownPart(manifest(more), base);

  it("is what belongs to the schedule's workspace, of what is current and of what waits", () => {
    const both = { entries: [mine, others], held: [others, mine] };
    expect(seen(both)).toStrictEqual(manifest({ entries: [mine], held: [mine] }));
  });

  it("says that something waits only where something does", () => {
    for (const held of [undefined, [], [others]]) {
      expect(seen({ entries: [mine], held })).toStrictEqual(manifest({ entries: [mine] }));
    }
  });

  it("has the last run where all of it was the workspace's", () => {
    const last_run = { ...run, exports: [mine] };
    expect(seen({ last_run })).toStrictEqual(manifest({ last_run }));
    for (const exports of [[others], [mine, others]]) {
      expect(seen({ last_run: { ...run, exports } })).toStrictEqual(manifest({}));
    }
  });
});
