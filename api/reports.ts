/** The reports that come as files, by the path they have at Toggl. */
export const exportReports = ["profitability/employees", "profitability/projects", "trends/projects"] as const;

/** The report that comes as JSON. */
export const trendsReport = "data_trends/projects";

export const exportFormats = ["csv", "xlsx"] as const;

/** The formats of all files that there can be. */
export const fileFormats = [...exportFormats, "json"] as const;

export type ExportReport = (typeof exportReports)[number];
export type ExportFormat = (typeof exportFormats)[number];
export type FileFormat = (typeof fileFormats)[number];
export type Report = ExportReport | typeof trendsReport;

/** The media types that we declare. Toggl's own are wrong in places (docs/toggl.md, "Answers"). */
export const contentTypes: Record<ExportFormat, string> = {
  csv: "text/csv; charset=utf-8",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};
