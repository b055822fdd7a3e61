import type { SucceededExport } from "../../../api/export.ts";
import type { Parameters } from "../../../api/parameters.ts";
import { isExportId } from "./export-id.ts";
import { periodName, reportName } from "./keys.ts";

/**
 * The name that a browser saves an export's file under: whose it is, its days, what makes it another file of these days,
 * and the end of the id that it was made under, such as `toggl-accounting-2026-10-01_2026-10-31-usd-0m6r1t.csv`. The same
 * file has the same name, whichever export leads to it.
 */
export function downloadName({
  id,
  workspace_id,
  report,
  format,
  schedule = `${reportName(report)}-${workspace_id}`,
  parameters,
  spreadsheet_safe,
  file,
}: SucceededExport): string {
  const fileId = file.key.slice(file.key.lastIndexOf("/") + 1, file.key.lastIndexOf("."));
  const words = [...parameterWords(parameters), ...(spreadsheet_safe ? ["safe"] : [])];
  const version = (isExportId(fileId) ? fileId : id).slice(-versionLength);
  return plainName(["toggl", schedule, periodName(parameters), ...words, version], format);
}

/** The name of a schedule's newest file of a period: always the same, so that a download replaces the one before. */
export function latestName(schedule: string, days: { from_date: string; to_date: string }, format: string): string {
  const { from_date: start_date, to_date: end_date } = days;
  return plainName(["toggl", schedule, periodName({ start_date, end_date })], format);
}

/** Enough of an id that two files of the same days differ: one chance in a billion that they do not. */
const versionLength = 6;

/** What narrows a report to a part of what there is. */
const filters = ["project_ids", "client_ids", "user_ids", "group_ids", "billable"];

/** In a word each, what else than its days makes a file the one that it is. Rounding is left to the version. */
function parameterWords(parameters: Parameters): string[] {
  const { currency, resolution } = parameters;
  return [
    ...(typeof currency === "string" ? [currency] : []),
    ...(typeof resolution === "string" ? [`by-${resolution}`] : []),
    ...(filters.some((name) => parameters[name] !== undefined) ? ["filtered"] : []),
  ];
}

/** Letters that neither a header nor a shell nor a file system makes anything else of, whatever a record holds. */
function plainName(parts: readonly string[], format: string): string {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return `${plain(parts.join("-"))}.${plain(format)}`;
}
