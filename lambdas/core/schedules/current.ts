import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { SucceededExport } from "../../../api/export.ts";
import type { AcceptedColumns, HeldExport, Manifest, ManifestEntry } from "../../../api/manifest.ts";
import type { ConfiguredSchedule } from "../../../api/schedule.ts";
import { isDay } from "../../../api/times.ts";
import { columnChanges } from "../files/columns.ts";
import { currentKey, isEntry } from "./manifest.ts";
import { isPeriodOf, isRolling, previousPeriodStart, wholePeriodBefore } from "./periods.ts";

/*
 * `current/` is a view: of the exports of each schedule the newest version of each period, and nothing that somebody
 * else exported. It follows from the records alone, so it can be thrown away and made again without asking Toggl.
 */

/** What the files of a schedule follow from. Another definition makes other files: they do not stand beside these. */
export function definitionHash(schedule: ConfiguredSchedule): string {
  const { workspace_id, report, formats, period, week_start, previous_period, spreadsheet_safe, parameters } = schedule;
  const definition = {
    workspace_id,
    report,
    period,
    week_start,
    previous_period,
    spreadsheet_safe: spreadsheet_safe === true,
  };
  const text = JSON.stringify([definition, [...formats].sort(), sorted(parameters)]);
  return createHash("sha256").update(text).digest("hex");
}

function sorted(parameters: object): [string, unknown][] {
  return Object.entries(parameters).toSorted(([one], [other]) => compareText(one, other));
}

/** Whether the schedule, as it stands now, makes such exports: the same report, format, parameters and kind of period. */
export function isMadeBy(schedule: ConfiguredSchedule, record: SucceededExport): boolean {
  const { start_date = "", end_date = "", previous_period_start, ...parameters } = record.parameters;
  if (record.schedule !== schedule.name || record.workspace_id !== schedule.workspace_id) return false;
  if (record.report !== schedule.report || !schedule.formats.includes(record.format)) return false;
  const isSafe = record.format === "csv" && schedule.spreadsheet_safe === true;
  if ((record.spreadsheet_safe === true) !== isSafe || !isDay(start_date) || !isDay(end_date)) return false;
  const days = { start_date, end_date };
  if (!isPeriodOf(schedule, days)) return false;
  const compared = previousPeriodStart(days, schedule.previous_period, wholePeriodBefore(schedule, days));
  if (compared !== previous_period_start) return false;
  return isDeepStrictEqual(sorted(parameters), sorted(schedule.parameters));
}

/** What a schedule's manifest says of an export. */
function entryOf(record: SucceededExport, schedule: string): ManifestEntry {
  const { workspace_id, format, parameters, occurrence = record.created_at, file } = record;
  const { start_date: from_date = "", end_date: to_date = "" } = parameters;
  return {
    workspace_id,
    format,
    from_date,
    to_date,
    key: currentKey(schedule, { workspace_id, format, from_date }),
    source_key: file.key,
    export_id: record.id,
    occurrence,
    asked_at: askedAt(record),
    completed_at: record.completed_at,
    bytes: file.bytes,
    ...(file.rows !== undefined && { rows: file.rows }),
    ...(file.columns && { columns: file.columns }),
    sha256: file.sha256,
    parameters,
    ...(record.restates && { restates: record.restates }),
  };
}

/** Records of earlier versions of this product do not have it: they were asked for before they were completed. */
export function askedAt({ asked_at, created_at }: SucceededExport): string {
  return asked_at ?? created_at;
}

/** What a schedule begins with. */
export function emptyManifest(schedule: ConfiguredSchedule, now: string): Manifest {
  return { schedule: schedule.name, definition_sha256: definitionHash(schedule), written_at: now, entries: [] };
}

/** What a manifest says of the schedule's own workspace: before its next run it can still be that of another one. */
export function ownPart({ held, last_run, ...manifest }: Manifest, { workspace_id }: ConfiguredSchedule): Manifest {
  const isOwn = (one: { readonly workspace_id: number }) => one.workspace_id === workspace_id;
  const ownHeld = held?.filter(isOwn) ?? [];
  return {
    ...manifest,
    entries: manifest.entries.filter(isOwn),
    ...(ownHeld.length > 0 && { held: ownHeld }),
    ...(last_run?.exports.every(isOwn) && { last_run }),
  };
}

/** What a schedule's newest file changes. */
export interface Placement {
  readonly manifest: Manifest;
  /** The file to copy to its place; absent where it only waits for its columns to be accepted. */
  readonly copy?: ManifestEntry;
  /** Entries that are current no more. */
  readonly replaced: readonly ManifestEntry[];
}

interface Placing {
  readonly schedule: ConfiguredSchedule;
  readonly accepted: readonly AcceptedColumns[];
  /** ISO 8601. */
  readonly now: string;
}

/**
 * What becomes of `current/` with this export; undefined if nothing does, since the deployed schedule makes no such
 * exports, it is there already, or something newer is. Nor does a record that is damaged: a manifest with it could be read
 * by nobody.
 */
export function place(
  before: Manifest | undefined,
  record: SucceededExport,
  { schedule, accepted, now }: Placing,
): Placement | undefined {
  if (!isMadeBy(schedule, record)) return undefined;
  const definition_sha256 = definitionHash(schedule);
  const isSame = before?.definition_sha256 === definition_sha256;
  const entries = isSame ? before.entries : [];
  const held = isSame ? (before.held ?? []) : [];
  const former = isSame ? [] : (before?.entries ?? []);
  const write = (changed: { entries: readonly ManifestEntry[]; held: readonly HeldExport[] }): Manifest => ({
    schedule: schedule.name,
    definition_sha256,
    written_at: now,
    entries: changed.entries.toSorted(newestFirst),
    ...(changed.held.length > 0 && { held: changed.held }),
    ...(before?.last_run && { last_run: before.last_run }),
  });

  const entry = entryOf(record, schedule.name);
  if (!isEntry(entry, schedule.name)) return undefined;
  const others = entries.filter((other) => !isSameSlot(other, entry, schedule));
  const inPlace = entries.filter((other) => isSameSlot(other, entry, schedule));
  if (inPlace.some((other) => compareAge(other, entry) >= 0)) return undefined;
  const othersHeld = held.filter((other) => !isSameSlot(other, entry, schedule));
  const columns = columnsToAccept(entry, entries, { schedule, accepted });
  if (columns) {
    const { workspace_id, format, export_id, from_date, to_date } = entry;
    const waiting: HeldExport = { workspace_id, format, export_id, from_date, to_date, columns };
    if (held.some((other) => other.export_id === export_id)) return undefined;
    return { manifest: write({ entries, held: [...othersHeld, waiting] }), replaced: former };
  }
  return {
    manifest: write({ entries: [...others, entry], held: othersHeld }),
    copy: entry,
    replaced: [...former, ...inPlace],
  };
}

/** The whole view, made from a schedule's records; those that it does not make as it stands now are left out. */
export function placeAll(records: readonly SucceededExport[], placing: Placing): Manifest | undefined {
  const times = records.map((record) => ({ record, asked_at: askedAt(record) }));
  const inOrder = times.toSorted((one, other) => laterAsked(one, other) || compareText(one.record.id, other.record.id));
  let manifest: Manifest | undefined;
  for (const { record } of inOrder) manifest = place(manifest, record, placing)?.manifest ?? manifest;
  return manifest;
}

/**
 * The id of the newest export of the same days, which a new one is compared with: that in `current/`, or the one that
 * waits for its columns to be accepted, whose parameters only its record has.
 */
export function earlierExportId(
  manifest: Manifest | undefined,
  { workspace_id, format, parameters }: Pick<SucceededExport, "workspace_id" | "format" | "parameters">,
): string | undefined {
  const { start_date, end_date } = parameters;
  const isOfSameDays = (one: ManifestEntry | HeldExport) =>
    one.workspace_id === workspace_id &&
    one.format === format &&
    one.from_date === start_date &&
    one.to_date === end_date;
  const entry = manifest?.entries.find(
    (one) => isOfSameDays(one) && isDeepStrictEqual(sorted(one.parameters), sorted(parameters)),
  );
  return (manifest?.held?.find(isOfSameDays) ?? entry)?.export_id;
}

/** Whether two exports ask Toggl for the same days of the same, where they are of one schedule and format. */
export function haveSameParameters(...exports: readonly [AskedFor, AskedFor]): boolean {
  const [one, other] = exports.map(({ parameters }) => sorted(parameters));
  return isDeepStrictEqual(one, other);
}

type AskedFor = Pick<SucceededExport, "parameters">;

/**
 * The newest file of a schedule in a format, whatever its days: what columns are compared with.
 * @param asked_at of a file that comes late: what Toggl was asked for after it is not before it
 */
export function newestOf(
  entries: readonly ManifestEntry[],
  { workspace_id, format }: Pick<ManifestEntry, "workspace_id" | "format">,
  asked_at: string,
): ManifestEntry | undefined {
  const isOwn = (entry: ManifestEntry) => entry.workspace_id === workspace_id && entry.format === format;
  const own = entries.filter((entry) => isOwn(entry) && laterAsked(entry, { asked_at }) <= 0);
  return own.toSorted((one, other) => laterAsked(other, one))[0];
}

/** The columns of a file that waits for them; undefined where it need not. */
function columnsToAccept(
  entry: ManifestEntry,
  entries: readonly ManifestEntry[],
  { schedule, accepted }: Pick<Placing, "schedule" | "accepted">,
): readonly string[] | undefined {
  const { columns, workspace_id, format, asked_at } = entry;
  const before = newestOf(entries, entry, asked_at)?.columns;
  if (schedule.on_columns_changed !== "hold" || !before || !columns || !columnChanges(before, columns))
    return undefined;
  const isAccepted = (one: AcceptedColumns) =>
    one.workspace_id === workspace_id && one.format === format && isDeepStrictEqual(one.columns, columns);
  return accepted.some(isAccepted) ? undefined : columns;
}

type Slot = Pick<ManifestEntry, "workspace_id" | "format" | "from_date">;

function isSameSlot(one: Slot, other: Slot, schedule: ConfiguredSchedule): boolean {
  if (one.workspace_id !== other.workspace_id || one.format !== other.format) return false;
  return isRolling(schedule) || one.from_date === other.from_date;
}

/** The newest entry for each place, sorted as a manifest is. */
export function newestOfEach(entries: readonly ManifestEntry[], schedule: ConfiguredSchedule): ManifestEntry[] {
  const isNewest = (entry: ManifestEntry) =>
    !entries.some((other) => isSameSlot(other, entry, schedule) && compareAge(other, entry) > 0);
  return entries.filter(isNewest).toSorted(newestFirst);
}

/** Newer is what reaches further; for the same days, what Toggl was asked for later. */
function compareAge(one: ManifestEntry, other: ManifestEntry): number {
  return (
    compareText(one.to_date, other.to_date) || laterAsked(one, other) || compareText(one.export_id, other.export_id)
  );
}

function laterAsked(one: { readonly asked_at: string }, other: { readonly asked_at: string }): number {
  return Date.parse(one.asked_at) - Date.parse(other.asked_at);
}

function newestFirst(one: ManifestEntry, other: ManifestEntry): number {
  return (
    compareText(other.from_date, one.from_date) ||
    one.workspace_id - other.workspace_id ||
    compareText(one.format, other.format)
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
