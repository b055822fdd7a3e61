import type { DownloadLink, ExportOrder, PublishedExport } from "../core/export.ts";
import { newExportId } from "../core/export-id.ts";
import { type ExportOnceNeeds, exportOnce } from "../core/export-once.ts";
import { exportReport } from "../core/export-report.ts";
import { Failure } from "../core/failure.ts";
import { idempotencyKey } from "../core/idempotency.ts";
import { parseParameters } from "../core/parameters.ts";
import { exportFormats, exportReports } from "../core/reports.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { type HttpHandler, type HttpRequest, json } from "../http/http.ts";
import { jsonBody } from "../http/json-body.ts";
import { prefers } from "../http/prefer.ts";

interface CreateExportNeeds extends ExportOnceNeeds {
  readonly workspaces: { has(id: number): boolean };
  readonly linkTo: (made: PublishedExport) => Promise<DownloadLink>;
}

/** Makes one export while the caller waits, once for an `Idempotency-Key`, and answers with a link to its file. */
export function createExport({ workspaces, linkTo, ...needs }: CreateExportNeeds): HttpHandler {
  return async (request) => {
    const order = orderOf(request, workspaces);
    const key = idempotencyKey(request.header("idempotency-key"));
    const made =
      key === undefined
        ? await exportReport(newExportId(needs.now()), order, request.deadline, needs)
        : await exportOnce(key, order, request.deadline, needs);
    const location = request.addressOf(`/workspace/${made.workspace_id}/exports/${made.id}`);
    return json(201, { ...made, ...(await linkTo(made)) }, { location });
  };
}

function orderOf(request: HttpRequest, workspaces: { has(id: number): boolean }): ExportOrder {
  const workspaceId = configuredWorkspace(request.params.workspace_id, workspaces);
  const { report, format } = fileOf(request.route);
  if (prefers(request, "respond-async")) throw notAsyncYet();
  const parameters = parseParameters(report, jsonBody(request));
  return { workspace_id: workspaceId, report, format, parameters };
}

/** The report and format that stand at the end of the route. */
function fileOf(route: string): Pick<ExportOrder, "report" | "format"> {
  for (const report of exportReports) {
    for (const format of exportFormats) {
      if (route.endsWith(`/${report}.${format}`)) return { report, format };
    }
  }
  throw new Failure("route_not_found", `No report is at ${route}.`);
}

function notAsyncYet(): Failure {
  const detail =
    "Files made in the background are not there yet. Leave out `Prefer: respond-async` to wait for the file.";
  return new Failure("not_implemented", detail);
}
