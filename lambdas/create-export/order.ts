import type { ExportOrder } from "../core/export.ts";
import { parseParameters } from "../core/parameters.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import type { HttpRequest } from "../http/http.ts";
import { jsonBody } from "../http/json-body.ts";

/** @throws Failure `workspace_not_configured`, `invalid_request` */
export function orderOf(
  request: HttpRequest,
  file: Pick<ExportOrder, "report" | "format">,
  workspaces: { has(id: number): boolean },
): ExportOrder {
  const workspace_id = configuredWorkspace(request.params.workspace_id, workspaces);
  return { workspace_id, ...file, parameters: parseParameters(file.report, jsonBody(request)) };
}

/** Where an export is found from now on. */
export function exportAddress(
  request: HttpRequest,
  { workspace_id, id }: { workspace_id: number; id: string },
): string {
  return request.addressOf(`/workspace/${workspace_id}/exports/${id}`);
}
