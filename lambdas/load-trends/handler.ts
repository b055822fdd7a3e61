import type { Deadline } from "../core/deadline.ts";
import type { Parameters } from "../core/parameters.ts";
import { parseParameters } from "../core/parameters.ts";
import { trendsReport } from "../core/reports.ts";
import { checkTrends } from "../core/trends-check.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { etagOf, isKnownTo } from "../http/etag.ts";
import type { HttpHandler } from "../http/http.ts";
import { jsonBody } from "../http/json-body.ts";

interface LoadTrendsNeeds {
  readonly workspaces: { has(id: number): boolean };
  /** Toggl's answer, as it came. */
  readonly loadTrends: (workspaceId: number, parameters: Parameters, deadline: Deadline) => Promise<Buffer>;
}

const askForLess =
  "Ask for a shorter period or fewer projects. The file of the same report (trends/projects.csv) has no such limit.";

/** Hands Toggl's project data trends on, byte for byte. */
export function loadTrends({ workspaces, loadTrends }: LoadTrendsNeeds): HttpHandler {
  return async (request) => {
    const workspaceId = configuredWorkspace(request.params.workspace_id, workspaces);
    const parameters = parseParameters(trendsReport, jsonBody(request));
    const trends = await loadTrends(workspaceId, parameters, request.deadline);
    checkTrends(trends);
    request.note({ report: trendsReport, bytes: trends.length });

    const headers = {
      "content-type": "application/json",
      "cache-control": "private, no-cache",
      etag: etagOf(trends),
      vary: "accept-encoding", // above what Lambda takes it comes compressed
    };
    if (isKnownTo(request, headers.etag)) return { status: 304, headers };
    return { status: 200, headers, body: trends.toString("utf8"), ifTooLarge: askForLess };
  };
}
