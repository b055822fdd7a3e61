import type { DownloadLink, Export, SucceededExport } from "../../api/export.ts";
import { isPublished } from "../core/exports/export.ts";
import { isExportId } from "../core/exports/export-id.ts";
import { Failure } from "../core/failure.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { listExports } from "./list-exports.ts";
import { type ListSchedulesNeeds, listSchedules } from "./list-schedules.ts";

interface BrowseExportsNeeds extends ListSchedulesNeeds {
  readonly workspaces: { has(id: number): boolean };
  /** @throws Failure `record_damaged` where `findExport` finds nothing */
  readonly getExport: ListSchedulesNeeds["findExport"];
  readonly linkTo: (record: SucceededExport) => Promise<DownloadLink>;
  /** The OpenAPI description of the API. */
  readonly description: () => object;
}

/** The exports that were made: their history, each of them, and fresh links to their files; and what makes more. */
export function browseExports(needs: BrowseExportsNeeds): HttpHandler {
  return async (request) => {
    const answer = answers[`${request.method} ${request.route}`] ?? noSuchRoute;
    return answer(request, needs);
  };
}

/** The routes that read their query. */
export const readsQuery = ["GET /workspace/{workspace_id}/exports"];

type Answer = (request: HttpRequest, needs: BrowseExportsNeeds) => Promise<HttpResponse>;

const answers: Record<string, Answer> = {
  async "GET /workspace/{workspace_id}/exports"(request, needs) {
    const workspaceId = configuredWorkspace(request.params.workspace_id, needs.workspaces);
    return json(200, await listExports(workspaceId, request, needs));
  },
  async "GET /workspace/{workspace_id}/schedules"(request, needs) {
    const workspaceId = configuredWorkspace(request.params.workspace_id, needs.workspaces);
    return json(200, await listSchedules(workspaceId, request.deadline, needs));
  },
  async "GET /workspace/{workspace_id}/exports/{export_id}"(request, needs) {
    const found = await requestedExport(request, needs);
    return json(200, { ...found, ...(isPublished(found) && (await needs.linkTo(found))) });
  },
  async "GET /workspace/{workspace_id}/exports/{export_id}/file"(request, needs) {
    const found = await requestedExport(request, needs);
    if (!isPublished(found)) throw withoutFile(found);
    const { download_url: location } = await needs.linkTo(found);
    return { status: 303, headers: { location, "cache-control": "no-store" } };
  },
  async "GET /openapi.json"({ addressOf }, { description }) {
    return json(200, { ...description(), servers: [{ url: addressOf("") || "/" }] });
  },
};

function withoutFile({ id, status }: Export): Failure {
  return new Failure("export_not_found", `Export ${id} has no file: its status is ${status}.`);
}

async function noSuchRoute({ method }: HttpRequest): Promise<never> {
  throw new Failure("route_not_found", `Nothing answers ${method} at this address.`);
}

async function requestedExport(
  { params, deadline }: HttpRequest,
  { workspaces, getExport }: BrowseExportsNeeds,
): Promise<Export> {
  const workspaceId = configuredWorkspace(params.workspace_id, workspaces);
  const id = params.export_id ?? "";
  const found = isExportId(id) ? await getExport(workspaceId, id, deadline) : undefined;
  if (found) return found;
  throw new Failure("export_not_found", `Workspace ${workspaceId} has no export with this id.`);
}
