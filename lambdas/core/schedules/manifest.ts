import type { Manifest, ManifestEntry } from "../../../api/manifest.ts";

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

/** Whether a value has what every manifest has. */
export function isManifest(value: Partial<Manifest>): value is Manifest {
  const { schedule, definition_sha256, entries } = value;
  return (
    typeof schedule === "string" &&
    typeof definition_sha256 === "string" &&
    Array.isArray(entries) &&
    entries.every(isEntry)
  );
}

function isEntry(value: unknown): value is ManifestEntry {
  if (typeof value !== "object" || value === null) return false;
  const { workspace_id, bytes, ...texts }: Partial<ManifestEntry> = value;
  const { format, from_date, to_date, key, source_key, export_id, asked_at = "", sha256 } = texts;
  const names = [format, from_date, to_date, key, source_key, export_id, sha256];
  if (!names.every((text) => typeof text === "string") || Number.isNaN(Date.parse(asked_at))) return false;
  return Number.isSafeInteger(workspace_id) && Number.isSafeInteger(bytes);
}
