import type { Export } from "../../api/export.ts";
import { fileFormats } from "../../api/reports.ts";
import { isPublished } from "../core/exports/export.ts";
import { isExportId } from "../core/exports/export-id.ts";
import { Failure } from "../core/failure.ts";
import type { Using } from "../core/ports/ports.ts";
import { emptyManifest, ownPart } from "../core/schedules/current.ts";
import { namedSchedule } from "../core/schedules/named-schedule.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { latestFile } from "./latest-file.ts";
import { listExports } from "./list-exports.ts";
import { listSchedules } from "./list-schedules.ts";

type BrowsePorts = Using<{
  configuration: "workspaces" | "schedules" | "description";
  exports: "find" | "get" | "page" | "link" | "linkToFile";
  current: "read" | "get";
  coordination: "orders";
  clock: "now";
}>;

/** The exports that were made: their history, each of them, and fresh links to their files; and what makes more. */
export function browseExports(ports: BrowsePorts): HttpHandler {
  return async (request) => {
    const answer = answers[`${request.method} ${request.route}`] ?? noSuchRoute;
    return answer(request, ports);
  };
}

type Answer = (request: HttpRequest, ports: BrowsePorts) => Promise<HttpResponse>;

const latestAnswers = Object.fromEntries(
  fileFormats.flatMap((format) => {
    const answer: Answer = async (request, ports) => {
      const workspaceId = configuredWorkspace(request.params.workspace_id, ports.configuration.workspaces);
      return latestFile(workspaceId, format, request, ports);
    };
    const path = `/workspace/{workspace_id}/schedules/{name}/latest.${format}`;
    return [`GET ${path}`, `HEAD ${path}`].map((route) => [route, answer] as const);
  }),
);

/** The routes that read their query. */
export const readsQuery = ["GET /workspace/{workspace_id}/exports", ...Object.keys(latestAnswers)];

const answers: Record<string, Answer> = {
  ...latestAnswers,
  async "GET /workspace/{workspace_id}/exports"(request, ports) {
    const workspaceId = configuredWorkspace(request.params.workspace_id, ports.configuration.workspaces);
    return json(200, await listExports(workspaceId, request, ports));
  },
  async "GET /workspace/{workspace_id}/schedules"(request, ports) {
    const workspaceId = configuredWorkspace(request.params.workspace_id, ports.configuration.workspaces);
    return json(200, await listSchedules(workspaceId, request.deadline, ports));
  },
  async "GET /workspace/{workspace_id}/schedules/{name}/current"({ params, deadline }, ports) {
    const workspaceId = configuredWorkspace(params.workspace_id, ports.configuration.workspaces);
    const schedule = namedSchedule(workspaceId, params.name ?? "", ports.configuration.schedules);
    const manifest = await ports.current.get(schedule.name, deadline);
    if (!manifest) return json(200, emptyManifest(schedule, new Date(ports.clock.now()).toISOString()));
    return json(200, ownPart(manifest, schedule));
  },
  async "GET /workspace/{workspace_id}/exports/{export_id}"(request, ports) {
    const found = await requestedExport(request, ports);
    return json(200, { ...found, ...(isPublished(found) && (await ports.exports.link(found))) });
  },
  async "GET /workspace/{workspace_id}/exports/{export_id}/file"(request, ports) {
    const found = await requestedExport(request, ports);
    if (!isPublished(found)) throw withoutFile(found);
    const { download_url: location } = await ports.exports.link(found);
    return { status: 303, headers: { location, "cache-control": "no-store" } };
  },
  async "GET /openapi.json"({ addressOf }, { configuration }) {
    return json(200, { ...configuration.description(), servers: [{ url: addressOf("") || "/" }] });
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
  { configuration: { workspaces }, exports }: BrowsePorts,
): Promise<Export> {
  const workspaceId = configuredWorkspace(params.workspace_id, workspaces);
  const id = params.export_id ?? "";
  const found = isExportId(id) ? await exports.get(workspaceId, id, deadline) : undefined;
  if (found) return found;
  throw new Failure("export_not_found", `Workspace ${workspaceId} has no export with this id.`);
}
