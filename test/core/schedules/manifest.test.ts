import { describe, expect, it } from "vitest";
import type { Manifest, ManifestEntry } from "../../../api/manifest.ts";
import { currentKey, isEntry, manifestKey, parseManifest } from "../../../lambdas/core/schedules/manifest.ts";

const schedule = "monthly-usd";

const entry: ManifestEntry = {
  workspace_id: 123,
  format: "csv",
  from_date: "2026-10-01",
  to_date: "2026-10-31",
  key: "current/schedule=monthly-usd/workspace_id=123/format=csv/from_date=2026-10-01/monthly-usd.csv",
  source_key:
    "exports/report=profitability-projects/format=csv/workspace_id=123/period=2026-10-01_2026-10-31/01KBMB9J80T4HFVGJY0TKTNRQM.csv",
  export_id: "01KBMB9J80T4HFVGJY0TKTNRQM",
  occurrence: "2026-11-03T05:00:00Z",
  asked_at: "2026-11-03T05:00:01Z",
  completed_at: "2026-11-03T05:00:02.500Z",
  bytes: 0,
  rows: 0,
  columns: ["Project", "Profit (USD)"],
  sha256: "a".repeat(64),
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31", currency: "usd" },
};

const manifest: Manifest = {
  schedule,
  definition_sha256: "b".repeat(64),
  written_at: "2026-11-03T05:00:03Z",
  entries: [entry, { ...entry, format: "xlsx" }],
};

const parse = (value: unknown) => parseManifest(JSON.stringify(value), schedule);

it("lies beside the files that it names, a folder for each workspace, format and day", () => {
  expect(manifestKey(schedule)).toBe("current/schedule=monthly-usd/manifest.json");
  expect(currentKey(schedule, entry)).toBe(entry.key);
});

it("is read as it was written, with what a later version adds", () => {
  const { rows: _, columns: __, ...workbook } = { ...entry, format: "xlsx" as const, restates: entry.export_id };
  const last_run = { occurrence: "2026-11-03T05:00:00Z", exports: [], new: "field" };
  const written = { ...manifest, last_run, held: [], entries: [{ ...entry, new: 1 }, workbook] };
  expect(parse(written)).toEqual(written);
  const { workspace_id, format, export_id, from_date, to_date, columns } = entry;
  const held = [{ workspace_id, format, export_id, from_date, to_date, columns }];
  expect(parse({ ...written, held })).toEqual({ ...written, held });
  expect(parse({ ...manifest, entries: [] }).entries).toEqual([]);
});

describe("one that is damaged", () => {
  const broken = (field: string, value: unknown) => ({ ...manifest, entries: [entry, { ...entry, [field]: value }] });
  const elsewhere = "current/schedule=monthly-usd-2/workspace_id=123/format=csv/from_date=2026-10-01/x.csv";

  it.each<[string, unknown, RegExp]>([
    ["is a list", [manifest], /it is no JSON object/],
    ["is null", null, /it is no JSON object/],
    ["is another schedule's", { ...manifest, schedule: "monthly-eur" }, /schedule is not its own/],
    ["has no name", { ...manifest, schedule: 1 }, /schedule is not its own/],
    ["has no definition", { ...manifest, definition_sha256: undefined }, /definition_sha256 is no text/],
    ["has no entries", { ...manifest, entries: undefined }, /entries is no list/],
    ["holds a text", { ...manifest, held: "x" }, /held is no list/],
    [
      "holds a file without columns",
      { ...manifest, held: [{ ...entry, columns: 1 }] },
      /held\[0\]\.columns does not fit/,
    ],
    [
      "holds a file with a column that is a number",
      { ...manifest, held: [{ ...entry, columns: ["Project", 7] }] },
      /held\[0\]\.columns does not fit/,
    ],
    ["has an entry that is null", { ...manifest, entries: [null] }, /entries\[0\]\.workspace_id does not fit/],
    ["has a workspace that is a text", broken("workspace_id", "123"), /entries\[1\]\.workspace_id does not fit/],
    ["has workspace 0", broken("workspace_id", 0), /entries\[1\]\.workspace_id does not fit/],
    ["has a format that is a path", broken("format", "../csv"), /entries\[1\]\.format does not fit/],
    ["has a format that leads on", broken("format", "csv/../.."), /entries\[1\]\.format does not fit/],
    ["has a day that no calendar has", broken("from_date", "2026-02-30"), /entries\[1\]\.from_date does not fit/],
    ["has a last day that no calendar has", broken("to_date", "2026-02-30"), /entries\[1\]\.to_date does not fit/],
    ["has no last day", broken("to_date", undefined), /entries\[1\]\.to_date does not fit/],
    ["names a file of another schedule", broken("key", elsewhere), /entries\[1\]\.key does not fit/],
    [
      "names a record as a file",
      broken("source_key", "records/workspace_id=9/x.json"),
      /entries\[1\]\.source_key does not fit/,
    ],
    ["has an id that is none", broken("export_id", "42"), /entries\[1\]\.export_id does not fit/],
    ["was asked at no time", broken("asked_at", "yesterday"), /entries\[1\]\.asked_at does not fit/],
    ["has fewer bytes than none", broken("bytes", -1), /entries\[1\]\.bytes does not fit/],
    ["has half a row", broken("rows", 0.5), /entries\[1\]\.rows does not fit/],
    ["has a column that is a number", broken("columns", ["Project", 7]), /entries\[1\]\.columns does not fit/],
    ["has half a hash", broken("sha256", "a".repeat(32)), /entries\[1\]\.sha256 does not fit/],
    ["has a hash with more after it", broken("sha256", `${"a".repeat(64)}0`), /entries\[1\]\.sha256 does not fit/],
    ["has a hash with more before it", broken("sha256", `0${"a".repeat(64)}`), /entries\[1\]\.sha256 does not fit/],
    ["restates no export", broken("restates", "42"), /entries\[1\]\.restates does not fit/],
    ["has parameters that are a list", broken("parameters", []), /entries\[1\]\.parameters does not fit/],
  ])("because it %s is told with what is wrong", (_, value, wrong) => {
    expect(() => parse(value)).toThrow(expect.objectContaining({ kind: "manifest_damaged" }));
    expect(() => parse(value)).toThrow(wrong);
    expect(() => parse(value)).toThrow("current/schedule=monthly-usd/manifest.json in the bucket");
  });

  it("is told where it ends in the middle or is empty", () => {
    const text = JSON.stringify(manifest);
    for (const cut of ["", text.slice(0, -1), "\u0000"]) expect(() => parseManifest(cut, schedule)).toThrow(/no JSON/);
  });

  it("is none that anybody may write: an entry that cannot be read again is none", () => {
    expect(isEntry(entry, schedule)).toBe(true);
    expect(isEntry({ ...entry, source_key: "records/x" }, schedule)).toBe(false);
    expect(isEntry({} as ManifestEntry, schedule)).toBe(false);
  });

  it.each([
    ["a text", "yesterday"],
    ["without a time", { exports: [] }],
    ["at no time", { occurrence: "soon", exports: [] }],
    ["without exports", { occurrence: "2026-11-03T05:00:00Z" }],
  ])("is whole without a last run that is %s", (_, last_run) => {
    expect(parse({ ...manifest, last_run })).toEqual(manifest);
  });
});
