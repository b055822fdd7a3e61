import { newestFirst } from "./export-id.ts";
import type { Parameters } from "./parameters.ts";
import type { ExportFormat, ExportReport } from "./reports.ts";

interface FileOf {
  readonly id: string;
  readonly workspace_id: number;
  readonly report: ExportReport;
  readonly format: ExportFormat;
  readonly parameters: Parameters;
}

/** Where an export's file lies. Hive style, so that Athena reads the bucket as it is. */
export function fileKey({ id, workspace_id, report, format, parameters }: FileOf): string {
  return [
    "exports",
    `report=${reportName(report)}`,
    `format=${format}`,
    `workspace_id=${workspace_id}`,
    `period=${periodName(parameters)}`,
    `${id}.${format}`,
  ].join("/");
}

/** The name that a browser saves the file under. */
export function fileName({ workspace_id, report, format, parameters }: FileOf): string {
  return `toggl-${reportName(report)}-${workspace_id}-${periodName(parameters)}.${format}`;
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

function reportName(report: ExportReport): string {
  return report.replace("/", "-");
}

/** Both ends may be missing where the report allows it. */
function periodName({ start_date, end_date }: Parameters): string {
  return `${start_date ?? "open"}_${end_date ?? "open"}`;
}
