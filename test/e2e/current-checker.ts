import { createHash } from "node:crypto";

/*
 * Reads a bucket as a stranger would, with nothing of the product's own code, and says what does not fit.
 */

interface Entry {
  readonly workspace_id: number;
  readonly format: string;
  readonly from_date: string;
  readonly to_date: string;
  readonly key: string;
  readonly source_key: string;
  readonly export_id: string;
  readonly asked_at: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

interface SeenRecord {
  readonly id: string;
  readonly status: string;
  readonly schedule?: string;
  readonly workspace_id: number;
  readonly format: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly asked_at?: string;
  readonly created_at: string;
  readonly file?: { readonly key: string; readonly sha256: string };
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const json = (bytes: Buffer | undefined) => JSON.parse(String(bytes ?? "null"));

/** What is wrong with `current/`; nothing if it agrees with itself, with the files and with the records. */
export function wrongInCurrent(objects: ReadonlyMap<string, Buffer>): string[] {
  const records = [...objects]
    .filter(([key]) => key.startsWith("records/"))
    .map(([, bytes]): SeenRecord => json(bytes));
  const manifests = [...objects.keys()].filter((key) => /^current\/schedule=[^/]+\/manifest\.json$/.test(key));
  const named = new Set(manifests);
  const wrong: string[] = [];
  for (const manifestKey of manifests) {
    const {
      schedule,
      entries,
      held = [],
    }: { schedule: string; entries: Entry[]; held?: { export_id: string }[] } = json(objects.get(manifestKey));
    const say = (entry: Entry, what: string) => wrong.push(`${schedule} ${entry.format} ${entry.from_date}: ${what}`);
    const slots = new Set<string>();
    for (const entry of entries) {
      named.add(entry.key);
      const slot = `${entry.workspace_id} ${entry.format} ${entry.from_date}`;
      if (slots.has(slot)) say(entry, "stands twice");
      slots.add(slot);
      for (const key of [entry.key, entry.source_key]) {
        const bytes = objects.get(key);
        if (!bytes) say(entry, `${key} is not there`);
        else if (bytes.length !== entry.bytes || sha256(bytes) !== entry.sha256) say(entry, `${key} is another file`);
      }
      const record = records.find(({ id }) => id === entry.export_id);
      if (record?.status !== "succeeded" || record.file?.key !== entry.source_key)
        say(entry, `its record is ${record?.status}, of ${record?.file?.key} and not ${entry.source_key}`);
      const newer = records.find((other) => isNewer(other, entry, schedule, held));
      if (newer) say(entry, `${newer.id} is newer`);
    }
    const periods = entries.map(({ from_date }) => from_date);
    if (periods.join() !== periods.toSorted().reverse().join()) wrong.push(`${schedule}: is not sorted`);
  }
  const strays = [...objects.keys()].filter((key) => key.startsWith("current/") && !named.has(key));
  return [...wrong, ...strays.map((key) => `${key} is in no manifest`)];
}

/** Of the same schedule, days and parameters, and asked for later. */
function isNewer(other: SeenRecord, entry: Entry, schedule: string, held: readonly { export_id: string }[]): boolean {
  const isSame =
    other.status === "succeeded" &&
    other.schedule === schedule &&
    other.workspace_id === entry.workspace_id &&
    other.format === entry.format &&
    JSON.stringify(other.parameters) === JSON.stringify(entry.parameters);
  if (!isSame || other.id === entry.export_id || held.some(({ export_id }) => export_id === other.id)) return false;
  return Date.parse(other.asked_at ?? other.created_at) > Date.parse(entry.asked_at);
}
