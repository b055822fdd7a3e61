import type { Using } from "../core/ports/ports.ts";
import { refreshNames } from "../core/toggl/names.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { type HttpHandler, json } from "../http/http.ts";

type ListNamesPorts = Using<{
  configuration: "workspaces";
  toggl: "token" | "names" | "organization" | "groups";
  coordination: "names";
  clock: "now";
}>;

/** Names are an extra: nobody waits for them as long as for a report. */
const patienceMs = 10_000;

/** RFC 9111, 5.2.1.4: how a caller says that what is stored does not do. */
const noCache = /(^|,)\s*no-cache\s*(,|$)/i;

/** The names of a workspace's projects, people, clients and groups, as far as they are known. Whatever Toggl does, that is a 200. */
export function listNames(ports: ListNamesPorts): HttpHandler {
  return async ({ params, header, deadline, note }) => {
    const workspaceId = configuredWorkspace(params.workspace_id, ports.configuration.workspaces);
    const now = ports.clock.now();
    const patience = deadlineAt(now + Math.min(patienceMs, deadline.remainingMs()), now);
    const areMissed = noCache.test(header("cache-control") ?? "");
    const { names, asked, failure } = await refreshNames(workspaceId, { deadline, patience, areMissed }, ports);
    const { projects, users, clients, project_clients, groups, updated_at } = names;
    note({
      ...(asked.length > 0 && { asked: asked.join(", ") }),
      ...(failure && { code: failure.kind, detail: failure.message }),
    });
    return json(200, {
      projects,
      users,
      ...(clients && { clients }),
      ...(project_clients && { project_clients }),
      ...(groups && { groups }),
      ...(updated_at && { updated_at }),
    });
  };
}
