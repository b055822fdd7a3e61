import { largeCsv, largeXlsx } from "./large-files.ts";
import {
  dataTrends,
  employeeProfitability,
  projectProfitability,
  projectTrends,
  type ReportParameters,
  type Source,
} from "./reports.ts";
import { csvOf, type Table, xlsxOf } from "./table.ts";
import type { Endpoint } from "./validation.ts";

export type Format = "json" | "csv" | "xlsx";

/** Toggl declares wrong types in places (docs/toggl.md, "Answers"). */
export function declaredType(endpoint: Endpoint, format: Format): string {
  if (format === "json" || endpoint === "trends/projects") return "application/json";
  return `text/${format}`;
}

/** The rows of a file report. */
export function tableOf(
  endpoint: Exclude<Endpoint, "data_trends/projects">,
  source: Source,
  body: ReportParameters,
): Table {
  const make = {
    "profitability/employees": employeeProfitability,
    "profitability/projects": projectProfitability,
    "trends/projects": projectTrends,
  }[endpoint];
  const table = make(source, body);
  return source.revised?.table(table) ?? table;
}

/** A report's bytes, as Toggl would send them. */
export async function bodyOf(
  endpoint: Endpoint,
  format: Format,
  source: Source,
  body: ReportParameters,
): Promise<Buffer> {
  if (endpoint === "data_trends/projects") return Buffer.from(JSON.stringify(dataTrends(source, body)));
  const table = tableOf(endpoint, source, body);
  return format === "csv" ? csvOf(table) : xlsxOf(table);
}

/** The same report blown up to at least this many bytes. */
export async function largeBodyOf(
  endpoint: Endpoint,
  format: Format,
  source: Source,
  body: ReportParameters,
  bytes: number,
): Promise<{ stream: string | ReadableStream; length?: number }> {
  if (endpoint === "data_trends/projects") {
    const items = JSON.stringify(dataTrends(source, body)).slice(1, -1);
    const copies = Math.ceil(bytes / (items.length + 1));
    return { stream: `[${Array.from({ length: copies }, () => items).join(",")}]` };
  }
  const table = tableOf(endpoint, source, body);
  return format === "csv" ? largeCsv(table, bytes) : { stream: await largeXlsx(table, bytes) };
}
