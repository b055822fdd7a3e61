import { createHash } from "node:crypto";
import { trendsReport } from "../../api/reports.ts";
import { parseParameters } from "../core/exports/parameters.ts";
import type { Using } from "../core/ports/ports.ts";
import { checkTrends } from "../core/toggl/trends-check.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import type { HttpHandler } from "../http/http.ts";
import { isKnownTo } from "../http/if-none-match.ts";
import { jsonBody } from "../http/json-body.ts";

type LoadTrendsPorts = Using<{ configuration: "workspaces"; toggl: "trends" }>;

const askForLess =
  "Ask for a shorter period or fewer projects. The file of the same report (trends/projects.csv) has no such limit.";

/** Hands Toggl's project data trends on, byte for byte. */
export function loadTrends({ configuration: { workspaces }, toggl }: LoadTrendsPorts): HttpHandler {
  return async (request) => {
    const workspaceId = configuredWorkspace(request.params.workspace_id, workspaces);
    const parameters = parseParameters(trendsReport, jsonBody(request));
    const trends = await toggl.trends(workspaceId, parameters, request.deadline);
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

/**
 * An entity tag made of the contents alone. It is weak, since a gzip-encoded answer carries the same one: the meaning
 * is the same, the bytes are not (RFC 9110, 8.8.3).
 */
export function etagOf(contents: Buffer): string {
  return `W/"${createHash("sha256").update(contents).digest("hex").slice(0, 32)}"`;
}
