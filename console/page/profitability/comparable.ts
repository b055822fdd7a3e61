import type { Export } from "../../../api/export.ts";
import type { Manifest } from "../../../api/manifest.ts";

/** A CSV file of money that can be shown, by the export that it came with. */
export interface MoneyFile extends Pick<Export, "id" | "parameters"> {
  readonly schedule?: string | undefined;
  readonly completed_at: string;
}

/** A report's files among exports. */
export function filesOf(exports: readonly Export[], report: string): MoneyFile[] {
  return exports.flatMap((made) =>
    made.status === "succeeded" && made.format === "csv" && made.report === report ? [made] : [],
  );
}

/** What is current of a schedule: every period that it has, however long ago its run was. */
export function currentFiles({ schedule, entries }: Manifest, workspaceId: number): MoneyFile[] {
  const own = entries.filter(({ format, workspace_id }) => format === "csv" && workspace_id === workspaceId);
  return own.map(({ export_id: id, parameters, from_date, to_date, completed_at }) => ({
    id,
    parameters: { ...parameters, start_date: from_date, end_date: to_date },
    schedule,
    completed_at,
  }));
}

/**
 * The newest file of all that were asked for in the same way and for the same days, the latest period first.
 * @param current what is current of schedules: it counts before whatever else there is of the same
 */
export function offeredFiles(current: readonly MoneyFile[], others: readonly MoneyFile[]): MoneyFile[] {
  const newest = new Map<string, MoneyFile>();
  for (const file of [...newestFirst(current), ...newestFirst(others)]) {
    const key = JSON.stringify([file.schedule, Object.entries(file.parameters).sort()]);
    if (!newest.has(key)) newest.set(key, file);
  }
  return newestFirst([...newest.values()]).sort((one, other) => endOf(other).localeCompare(endOf(one)));
}

/** The file that is shown first: the newest period of a schedule, else the newest. */
export function firstFile(files: readonly MoneyFile[]): MoneyFile | undefined {
  return files.find(({ schedule }) => schedule !== undefined) ?? files[0];
}

/** What can stand beside a file: other periods that were asked for in the same way, whoever asked. */
export function besideFiles(files: readonly MoneyFile[], shown: MoneyFile): MoneyFile[] {
  return files.filter((file) => file.id !== shown.id && wayOf(file) === wayOf(shown) && daysOf(file) !== daysOf(shown));
}

function newestFirst(files: readonly MoneyFile[]): MoneyFile[] {
  return [...files].sort((one, other) => Date.parse(other.completed_at) - Date.parse(one.completed_at));
}

/** All that was asked for but the days, and how rows are divided by time, since those are added up. */
function wayOf({ parameters }: MoneyFile): string {
  const { start_date: _, end_date: __, resolution: ___, currency, ...rest } = parameters as Record<string, unknown>;
  return JSON.stringify([String(currency).toUpperCase(), Object.entries(rest).sort()]);
}

function daysOf({ parameters: { start_date, end_date } }: MoneyFile): string {
  return `${start_date} ${end_date}`;
}

function endOf({ parameters: { end_date = "" } }: MoneyFile): string {
  return end_date;
}
