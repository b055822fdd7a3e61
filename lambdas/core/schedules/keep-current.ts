import { isDeepStrictEqual } from "node:util";
import type { SucceededExport } from "../../../api/export.ts";
import type { AcceptedColumns, Manifest, ManifestEntry } from "../../../api/manifest.ts";
import type { ConfiguredSchedule, ScheduleRun } from "../../../api/schedule.ts";
import type { Deadline } from "../deadline.ts";
import { isPublished } from "../exports/export.ts";
import { recordKey } from "../exports/keys.ts";
import { Failure } from "../failure.ts";
import type { Current } from "../ports/current.ts";
import type { Using } from "../ports/ports.ts";
import { definitionHash, emptyManifest, newestOfEach, type Placement, place, placeAll } from "./current.ts";

type CurrentPorts = Using<{ configuration: "schedules"; current: keyof Current; clock: "now" | "random" | "sleep" }>;

/** How often a manifest is written that somebody else writes, too. */
const maxTries = 6;

const firstWaitMs = 50;

/**
 * Brings an export that is made and recorded into `current/`. The file comes before the manifest that names it; whoever
 * loses against a newer one puts that one's file back, or takes its own away where the newer one lies elsewhere.
 * @returns false if it is not in there: something newer is, or the schedule makes no such exports as it stands now
 * @throws Failure `storage_unavailable`
 */
export async function bringIntoCurrent(
  record: SucceededExport,
  deadline: Deadline,
  ports: CurrentPorts,
): Promise<boolean> {
  const { current, clock } = ports;
  const schedule = ports.configuration.schedules.get(record.schedule ?? "");
  if (!schedule) return false;
  const accepted = await acceptedOf(schedule, deadline, current);
  let tried: Placement | undefined;
  const copied = new Map<string, ManifestEntry>();
  const manifest = await changeManifest(schedule.name, deadline, ports, async (before) => {
    const placement = place(before, record, { schedule, accepted, now: isoNow(clock) });
    if (placement?.copy && !(await current.copy(placement.copy, deadline))) return undefined;
    if (placement?.copy) copied.set(placement.copy.key, placement.copy);
    tried = placement ?? tried;
    return placement?.manifest;
  });
  const { entries = [], held = [] } = manifest ?? {};
  const isNamed = [...entries, ...held].some(({ export_id }) => export_id === record.id);
  if (isNamed && tried) await letGo(tried.replaced, entries, deadline, current);
  for (const { key, source_key } of copied.values()) {
    const named = entries.find((entry) => entry.key === key);
    if (!named) await current.remove([key], deadline);
    else if (named.source_key !== source_key) await current.copy(named, deadline);
  }
  return isNamed;
}

/** What the manifest names no more goes: from `current/` at once, from the ledger when its time is over. */
async function letGo(
  replaced: readonly ManifestEntry[],
  entries: readonly ManifestEntry[],
  deadline: Deadline,
  current: Current,
): Promise<void> {
  const named = new Set([...entries.map(({ key }) => key), ...ledgerOf(entries)]);
  const unnamed = (keys: readonly string[]) => [...new Set(keys)].filter((key) => !named.has(key));
  await current.remove(unnamed(replaced.map(({ key }) => key)), deadline);
  await current.mark(unnamed(ledgerOf(replaced)), "expires", deadline);
}

/**
 * A record, and the file that it alone names, of what is not current: they go when their time is over. A manifest can name
 * them all the same: the file for an unchanged export that came later, both once the schedule is configured no more.
 */
export async function letExpire(
  { schedule = "", workspace_id, id, format, parameters, file, unchanged }: SucceededExport,
  deadline: Deadline,
  { current }: Using<{ current: "read" | "mark" }>,
): Promise<void> {
  const { entries = [], held = [] } = (await current.read(schedule, deadline)).manifest ?? {};
  const named = new Set([...ledgerOf(entries), ...held.map((one) => recordKey(one.workspace_id, one.export_id))]);
  const { start_date, end_date } = parameters;
  const mayBeHeld = held.some(
    (one) => one.format === format && one.from_date === start_date && one.to_date === end_date,
  );
  const keys = [recordKey(workspace_id, id), ...(unchanged || mayBeHeld ? [] : [file.key])];
  await current.mark(
    keys.filter((key) => !named.has(key)),
    "expires",
    deadline,
  );
}

/** The file and the record of each entry. */
function ledgerOf(entries: readonly ManifestEntry[]): string[] {
  return entries.flatMap(({ source_key, workspace_id, export_id }) => [source_key, recordKey(workspace_id, export_id)]);
}

/**
 * Makes a schedule's part of `current/` again from its records, without asking Toggl. What no record leads to is deleted
 * there, but what was current of an export whose record cannot be read just now. A schedule that is configured no more is
 * left as it is.
 * @throws Failure `storage_unavailable`
 */
export async function rebuildCurrent(
  name: string,
  deadline: Deadline,
  ports: CurrentPorts & Using<{ exports: "page" }>,
): Promise<void> {
  const { current, clock, configuration } = ports;
  const schedule = configuration.schedules.get(name);
  if (!schedule) return;
  const accepted = await acceptedOf(schedule, deadline, current);
  const manifest = await changeManifest(name, deadline, ports, async (before) => {
    const now = isoNow(clock);
    const { records, unreadable } = await recordsOf(schedule, deadline, ports);
    const placed = placeAll(records, { schedule, accepted: [...accepted, ...currentColumns(before, schedule)], now });
    const made = placed ?? emptyManifest(schedule, now);
    const unread = before?.definition_sha256 === made.definition_sha256 ? before.entries : [];
    const still = unread.filter(({ export_id }) => unreadable.has(export_id)); // no reason to drop a period
    const named = newestOfEach([...made.entries, ...still], schedule);
    const copied = await Promise.all(
      named.map(async (entry) => ((await current.copy(entry, deadline)) ? [entry] : [])),
    );
    return { ...made, entries: copied.flat(), ...(before?.last_run && { last_run: before.last_run }) };
  });
  const entries = manifest?.entries ?? [];
  await current.mark(ledgerOf(entries), "kept", deadline); // some were let go in an earlier generation
  const named = new Set(entries.map(({ key }) => key));
  await current.remove(
    (await current.list(name, deadline)).filter((key) => !named.has(key)),
    deadline,
  );
}

/**
 * Columns that are current, whoever let them: those that were published before the schedule began to hold what has others
 * are in no list of what was accepted. What waits goes on waiting.
 */
function currentColumns(before: Manifest | undefined, schedule: ConfiguredSchedule): AcceptedColumns[] {
  if (before?.definition_sha256 !== definitionHash(schedule)) return [];
  const known = before.entries.flatMap(({ workspace_id, format, columns }) =>
    columns ? [{ workspace_id, format, columns }] : [],
  );
  const waiting = before.held?.map(({ workspace_id, format, columns }) => ({ workspace_id, format, columns }));
  return known.filter((one) => !waiting?.some((other) => isDeepStrictEqual(one, other)));
}

/** How many records are read at once. */
const pageSize = 100;

/** All exports that a schedule made, however long the history is, and the ids of those that cannot be read. */
async function recordsOf(
  { name, workspace_id: workspaceId }: ConfiguredSchedule,
  deadline: Deadline,
  { exports: history }: Using<{ exports: "page" }>,
): Promise<{ records: SucceededExport[]; unreadable: ReadonlySet<string> }> {
  const records: SucceededExport[] = [];
  const unreadable = new Set<string>();
  for (let after: string | undefined; ; ) {
    const page = await history.page({ workspaceId, after, limit: pageSize }, deadline);
    records.push(...page.exports.filter(isPublished).filter(({ schedule }) => schedule === name));
    for (const id of page.unreadable) unreadable.add(id);
    if (page.next === undefined) return { records, unreadable };
    after = page.next;
  }
}

/** From now on files with these columns are current, though they are not those of the file before. */
export async function acceptColumns(
  name: string,
  columns: readonly AcceptedColumns[],
  deadline: Deadline,
  { current }: Using<{ current: "accepted" | "accept" }>,
): Promise<void> {
  const before = await current.accepted(name, deadline);
  const added = columns.filter((one) => !before.some((other) => isDeepStrictEqual(one, other)));
  if (added.length > 0) await current.accept(name, [...before, ...added], deadline);
}

/** Notes the newest run that has come to an end; one that is older than the noted one changes nothing. */
export async function noteLastRun(
  name: string,
  last_run: ScheduleRun,
  deadline: Deadline,
  ports: CurrentPorts,
): Promise<void> {
  const schedule = ports.configuration.schedules.get(name);
  if (!schedule) return;
  await changeManifest(name, deadline, ports, async (before) => {
    const noted = before?.last_run?.occurrence;
    if (noted !== undefined && Date.parse(noted) > Date.parse(last_run.occurrence)) return undefined;
    const written_at = isoNow(ports.clock);
    return { ...(before ?? emptyManifest(schedule, written_at)), written_at, last_run };
  });
}

/**
 * Writes a manifest on top of the version that was read, again if somebody else was faster.
 * @param change the manifest as it should be; undefined to leave it
 * @returns the manifest as it is then
 */
async function changeManifest(
  name: string,
  deadline: Deadline,
  { current, clock }: CurrentPorts,
  change: (before: Manifest | undefined) => Promise<Manifest | undefined>,
): Promise<Manifest | undefined> {
  for (let tries = 1; tries <= maxTries; tries++) {
    const { manifest: before, version } = await current.read(name, deadline);
    const after = await change(before);
    if (!after) return before;
    if (await current.write(after, version, deadline)) return after;
    await clock.sleep(clock.random() * firstWaitMs * 2 ** tries);
  }
  throw new Failure("storage_unavailable", `The manifest of ${name} was written by others ${maxTries} times.`);
}

/** Only who holds what has other columns looks what was accepted. */
async function acceptedOf(
  { name, on_columns_changed }: ConfiguredSchedule,
  deadline: Deadline,
  current: Current,
): Promise<readonly AcceptedColumns[]> {
  return on_columns_changed === "hold" ? current.accepted(name, deadline) : [];
}

function isoNow({ now }: CurrentPorts["clock"]): string {
  return new Date(now()).toISOString();
}
