/** The reports that come as files, by the path they have at Toggl. */
export const exportReports = ["profitability/employees", "profitability/projects", "trends/projects"] as const;

/** The report that comes as JSON: as an answer, and where a schedule makes it as a file. */
export const trendsReport = "data_trends/projects";

/** What a schedule can make, and so what history and events speak of. */
export const scheduledReports = [...exportReports, trendsReport] as const;

/** The formats that a caller can ask for. */
export const exportFormats = ["csv", "xlsx"] as const;

/** The formats of all files that there can be. */
export const fileFormats = [...exportFormats, "json"] as const;

export type ExportReport = (typeof exportReports)[number];
export type ExportFormat = (typeof exportFormats)[number];
export type FileFormat = (typeof fileFormats)[number];
export type Report = (typeof scheduledReports)[number];

/** Whether a caller can ask for a file of the report; those of the others come from schedules alone. */
export function isExportReport(report: Report): report is ExportReport {
  return report !== trendsReport;
}

/** The formats of a report's files. */
export function formatsOf(report: Report): readonly FileFormat[] {
  return isExportReport(report) ? exportFormats : ["json", "csv"];
}

/** The media types that we declare. Toggl's own are wrong in places (docs/toggl.md, "Answers"). */
export const contentTypes: Record<FileFormat, string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  json: "application/json",
};
