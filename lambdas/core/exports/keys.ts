import type { Parameters } from "../../../api/parameters.ts";
import type { FileFormat, Report } from "../../../api/reports.ts";
import { newestFirst } from "./export-id.ts";

interface FileOf {
  readonly id: string;
  readonly workspace_id: number;
  readonly report: Report;
  readonly format: FileFormat;
  readonly parameters: Parameters;
}

/** Where an export's file lies, among all versions of everybody: for finding, not for adding up (docs/query.md). */
export function fileKey(file: FileOf): string {
  return `${filePrefix(file)}${file.id}.${file.format}`;
}

/** Where all files of the same report, format and days lie. */
export function filePrefix({ workspace_id, report, format, parameters }: Omit<FileOf, "id">): string {
  return [
    "exports",
    `report=${reportName(report)}`,
    `format=${format}`,
    `workspace_id=${workspace_id}`,
    `period=${periodName(parameters)}`,
    "",
  ].join("/");
}

/** Where an export's record lies: computed from the id, so one GetObject finds it and one listing is newest first. */
export function recordKey(workspaceId: number, id: string): string {
  return `${recordPrefix(workspaceId)}${newestFirst(id)}.json`;
}

/** The id of the export that a record's key belongs to. */
export function idOf(key: string): string {
  return newestFirst(key.slice(key.lastIndexOf("/") + 1, -".json".length));
}

export function recordPrefix(workspaceId: number): string {
  return `records/workspace_id=${workspaceId}/`;
}

/** Where an export's leases lie; they sort by their numbers. */
export function leasePrefix(exportId: string): string {
  return `coordination/leases/${exportId}/`;
}

export function leaseKey(exportId: string, number: number): string {
  return `${leasePrefix(exportId)}${String(number).padStart(6, "0")}.json`;
}

export function leaseNumber(key: string): number {
  return Number(key.slice(key.lastIndexOf("/") + 1, -".json".length));
}

/** Where it is written down what a run makes. */
export function runKey({
  schedule,
  occurrence,
  refresh,
}: {
  schedule: string;
  occurrence: string;
  refresh?: false;
}): string {
  return `${runPrefix(schedule)}${occurrence}${refresh === false ? "-alone" : ""}.json`;
}

/** Where it is written down which runs of a schedule there were; the keys sort by their occurrences. */
export function runPrefix(schedule: string): string {
  return `coordination/runs/${schedule}/`;
}

/** The occurrence of a run, from its key. */
export function occurrenceOf(key: string): string {
  return key.slice(key.lastIndexOf("/") + 1).replace(/(-alone)?\.json$/, "");
}

/** Where it is noted what was said of a run that has come to an end. */
export function completedRunKey(schedule: string, occurrence: string): string {
  return `coordination/completed/${schedule}/${occurrence}.json`;
}

/** Where it is noted which other columns were accepted for a schedule. */
export function acceptedColumnsKey(schedule: string): string {
  return `schedules/accepted-columns/${schedule}.json`;
}

/** Where it is noted that a token's quota is spent. */
export function quotaKey(tokenSecret: string): string {
  return `coordination/quota/${tokenSecret}.json`;
}

/** Where it is noted that a text of Toggl's was told on a day, such as 2026-11-25. */
export function warningKey(day: string, hash: string): string {
  return `coordination/warnings/${day}/${hash}.json`;
}

/** Where a workspace's names lie. */
export function namesKey(workspaceId: number): string {
  return `names/workspace_id=${workspaceId}.json`;
}

/** Where it is claimed to ask Toggl for names in an hour. */
export function namesClaimKey(workspaceId: number, hour: string): string {
  return `coordination/names/workspace_id=${workspaceId}/${hour}.json`;
}

/** Where it is noted since when a schedule is the way it is. */
export function watchNoteKey(schedule: string): string {
  return `schedules/${schedule}.json`;
}

/** A report as part of a name, such as `profitability-projects`. */
export function reportName(report: Report): string {
  return report.replace("/", "-");
}

/** Such as `2026-10-01_2026-10-31`. Both ends may be missing where the report allows it. */
export function periodName({ start_date, end_date }: Parameters): string {
  return `${start_date ?? "open"}_${end_date ?? "open"}`;
}
