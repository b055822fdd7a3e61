import type { ExportWithLink } from "../api/export.ts";
import type { CallApi } from "../client/call-api.ts";
import { csvScanner } from "../lambdas/core/files/csv-scanner.ts";
import { isBlank, isFigure } from "../lambdas/core/files/row-changes.ts";
import { problemAnswer } from "./problem-answer.ts";

/** A CSV file as the page shows it. What its columns are called is never looked at: nobody has published that. */
interface ExportTable {
  readonly columns: readonly string[];
  /** The cells of each record, as they stand in the file. */
  readonly rows: readonly (readonly string[])[];
  /** Which columns hold figures: most of their cells that are not blank do. */
  readonly figures: readonly number[];
}

/** More than this is no table that somebody looks at; in bytes. */
const maxBytes = 16_000_000;

/** S3 gives a file of that size in a second or two. */
const patienceMs = 30_000;

const maxRecordBytes = 1_000_000;

/**
 * The rows of an export's file. The page may read no other address than the console's own, so its server follows the
 * link. Toggl is asked for nothing.
 */
export async function exportTable(request: Request, callApi: CallApi, fetchFile: typeof fetch): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const [workspaceId, id] = [Number(searchParams.get("workspace_id")), searchParams.get("id") ?? ""];
  const answer = await callApi("GET", `/workspace/${workspaceId}/exports/${encodeURIComponent(id)}`);
  if (!answer.ok) return answer;
  const made = (await answer.json()) as ExportWithLink;
  if (made.status !== "succeeded") return noTable("The export has no file.");
  if (made.format !== "csv") return noTable("It is a workbook, which is not shown here. Download it.");
  if (made.file.bytes > maxBytes) return noTable(`A file above ${maxBytes / 1e6} MB is not shown here. Download it.`);
  const file = await fetchFile(made.download_url, { redirect: "error", signal: AbortSignal.timeout(patienceMs) }).catch(
    () => undefined,
  );
  if (!file?.ok || !file.body) return fileUnreachable();
  const table = await tableOf(file.body).catch(() => undefined); // cut short
  return table ? Response.json(table) : fileUnreachable();
}

/** @throws whatever the body throws where it is cut short */
async function tableOf(body: AsyncIterable<Uint8Array>): Promise<ExportTable> {
  const records: string[][] = [];
  const onRecord = (fields: string[]) => void records.push(fields);
  const scanner = csvScanner({ records: Number.POSITIVE_INFINITY, maxBytes: maxRecordBytes, onRecord });
  for await (const piece of body) scanner.push(piece);
  scanner.end();
  const [columns = [], ...rows] = records;
  return { columns, rows, figures: columns.flatMap((_, at) => (holdsFigures(rows, at) ? [at] : [])) };
}

function holdsFigures(rows: readonly (readonly string[])[], column: number): boolean {
  const cells = rows.map((row) => row[column] ?? "").filter((cell) => !isBlank(cell));
  return cells.length > 0 && cells.filter(isFigure).length * 2 > cells.length;
}

function noTable(detail: string): Response {
  return problemAnswer({ status: 404, code: "no_table_here", title: "There is no table to show", detail });
}

function fileUnreachable(): Response {
  return problemAnswer({
    status: 502,
    code: "file_unreachable",
    title: "The file cannot be read",
    detail: "S3 did not give it, or not all of it.",
    retryable: true,
  });
}
