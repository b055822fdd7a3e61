import type { HeldExport, Manifest, ManifestEntry } from "../../../api/manifest.ts";
import { isDay, parseInstant } from "../../../api/times.ts";
import { isExportId } from "../exports/export-id.ts";
import { Failure } from "../failure.ts";

/** Where all that is current of a schedule lies. */
export function currentPrefix(schedule: string): string {
  return `current/schedule=${schedule}/`;
}

/** Where it is written down what is current of a schedule. */
export function manifestKey(schedule: string): string {
  return `${currentPrefix(schedule)}manifest.json`;
}

/** Where the current file of a period lies: a date is no report's column, and safe to read as a partition. */
export function currentKey(
  schedule: string,
  { workspace_id, format, from_date }: Pick<ManifestEntry, "workspace_id" | "format" | "from_date">,
): string {
  const partitions = [`workspace_id=${workspace_id}`, `format=${format}`, `from_date=${from_date}`];
  return `${currentPrefix(schedule)}${partitions.join("/")}/${schedule}.${format}`;
}

/**
 * What a schedule's `manifest.json` says, without a last run that cannot be read.
 * @throws Failure `manifest_damaged` that names the first thing that is wrong
 */
export function parseManifest(text: string, schedule: string): Manifest {
  const value = parsed(text);
  if (!value) throw manifestDamaged(schedule, "it is no JSON object");
  const wrong = value.schedule === schedule ? wrongIn(value, schedule) : "schedule is not its own";
  if (wrong !== undefined) throw manifestDamaged(schedule, wrong);
  const { last_run, ...manifest } = value;
  return { ...manifest, ...(isRun(last_run) && { last_run }) } as unknown as Manifest;
}

/** @param why such as "it is no JSON object" */
function manifestDamaged(schedule: string, why: string): Failure {
  const message = `What is kept of the newest files of ${schedule} is damaged: ${why} (${manifestKey(schedule)} in the bucket).`;
  return new Failure("manifest_damaged", message);
}

/** Whether a manifest with this entry can be read again. */
export function isEntry(entry: ManifestEntry, schedule: string): boolean {
  return wrongInFields(entryFields, entryRules, entry, schedule) === undefined;
}

/** The first thing in a manifest that does not fit. */
function wrongIn({ definition_sha256, entries, held = [] }: Fields, schedule: string): string | undefined {
  if (typeof definition_sha256 !== "string") return "definition_sha256 is no text";
  if (!Array.isArray(entries)) return "entries is no list";
  if (!Array.isArray(held)) return "held is no list";
  for (const [at, entry] of entries.entries()) {
    const wrong = wrongInFields(entryFields, entryRules, entry, schedule);
    if (wrong !== undefined) return `entries[${at}].${wrong} does not fit`;
  }
  for (const [at, one] of held.entries()) {
    const wrong = wrongInFields(heldFields, heldRules, one, schedule);
    if (wrong !== undefined) return `held[${at}].${wrong} does not fit`;
  }
  return undefined;
}

type Rule = (value: unknown, schedule: string) => boolean;

function wrongInFields<Name extends string>(
  names: readonly Name[],
  rules: Readonly<Record<Name, Rule>>,
  value: unknown,
  schedule: string,
): Name | undefined {
  const fields = isObject(value) ? value : {};
  return names.find((name) => !rules[name](fields[name], schedule));
}

/** Whether it says what became of a run; the records do not, so a manifest without it is as good. */
function isRun(value: unknown): boolean {
  return isObject(value) && isTime(value.occurrence) && Array.isArray(value.exports) && value.exports.every(isObject);
}

/** What each field of an entry must be: a new field does not compile without its line. */
const entryRules: Readonly<Record<keyof ManifestEntry, Rule>> = {
  workspace_id: (value) => isCount(value) && value > 0,
  format: (value) => isText(value) && /^[a-z]+$/.test(value),
  from_date: (value) => isText(value) && isDay(value),
  to_date: (value) => isText(value) && isDay(value),
  // Files are copied and links are signed for these two: they lead to files, whatever the manifest says.
  key: (value, schedule) => isText(value) && value.startsWith(currentPrefix(schedule)),
  source_key: (value) => isText(value) && value.startsWith("exports/"),
  export_id: (value) => isText(value) && isExportId(value),
  occurrence: isTime,
  asked_at: isTime,
  completed_at: isTime,
  bytes: isCount,
  rows: (value) => value === undefined || isCount(value),
  columns: (value) => value === undefined || (Array.isArray(value) && value.every(isText)),
  sha256: (value) => isText(value) && /^[0-9a-f]{64}$/.test(value),
  parameters: isObject,
  restates: (value) => value === undefined || (isText(value) && isExportId(value)),
};

const entryFields = Object.keys(entryRules) as (keyof ManifestEntry)[];

const { workspace_id, format, export_id, from_date, to_date } = entryRules;

/** The same of what waits for its columns. */
const heldRules: Readonly<Record<keyof HeldExport, Rule>> = {
  workspace_id,
  format,
  export_id,
  from_date,
  to_date,
  columns: (value) => Array.isArray(value) && value.every(isText),
};

const heldFields = Object.keys(heldRules) as (keyof HeldExport)[];

type Fields = Readonly<Record<string, unknown>>;

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isTime(value: unknown): boolean {
  return isText(value) && parseInstant(value) !== undefined;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
