import type { Export } from "../../../api/export.ts";

/** Exports of money whose file can be shown, each period's newest, the latest period first. */
export function moneyFiles(exports: readonly Export[], report: string): Export[] {
  const fitting = exports.filter(
    (made) => made.status === "succeeded" && made.format === "csv" && made.report === report,
  );
  const newest = new Map<string, Export>();
  for (const made of [...fitting].sort((one, other) => timeOf(other) - timeOf(one))) {
    const key = JSON.stringify([made.schedule, Object.entries(made.parameters).sort()]);
    if (!newest.has(key)) newest.set(key, made);
  }
  return [...newest.values()].sort(
    (one, other) => endOf(other).localeCompare(endOf(one)) || timeOf(other) - timeOf(one),
  );
}

/** The file that is shown first: the newest period of a schedule, else the newest. */
export function firstFile(files: readonly Export[]): Export | undefined {
  return files.find(({ schedule }) => schedule !== undefined) ?? files[0];
}

/** What can stand beside a file: other periods that were asked for in the same way, whoever asked. */
export function besideFiles(files: readonly Export[], shown: Export): Export[] {
  return files.filter((made) => made.id !== shown.id && wayOf(made) === wayOf(shown) && daysOf(made) !== daysOf(shown));
}

/** All that was asked for but the days, and how rows are divided by time, since those are added up. */
function wayOf({ parameters }: Export): string {
  const { start_date: _, end_date: __, resolution: ___, currency, ...rest } = parameters as Record<string, unknown>;
  return JSON.stringify([String(currency).toUpperCase(), Object.entries(rest).sort()]);
}

function daysOf({ parameters: { start_date, end_date } }: Export): string {
  return `${start_date} ${end_date}`;
}

function endOf({ parameters: { end_date = "" } }: Export): string {
  return end_date;
}

function timeOf(made: Export): number {
  return "completed_at" in made ? Date.parse(made.completed_at) : 0;
}
