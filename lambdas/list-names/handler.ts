import { type RefreshNamesNeeds, refreshNames } from "../core/toggl/names.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { type HttpHandler, json } from "../http/http.ts";

interface ListNamesNeeds extends RefreshNamesNeeds {
  readonly workspaces: { has(id: number): boolean };
}

/** Names are an extra: nobody waits for them as long as for a report. */
const patienceMs = 10_000;

/** RFC 9111, 5.2.1.4: how a caller says that what is stored does not do. */
const noCache = /(^|,)\s*no-cache\s*(,|$)/i;

/** The names of a workspace's projects and people, as far as they are known. Whatever Toggl does, that is a 200. */
export function listNames({ workspaces, ...needs }: ListNamesNeeds): HttpHandler {
  return async ({ params, header, deadline, note }) => {
    const workspaceId = configuredWorkspace(params.workspace_id, workspaces);
    const now = needs.now();
    const patience = deadlineAt(now + Math.min(patienceMs, deadline.remainingMs()), now);
    const areMissed = noCache.test(header("cache-control") ?? "");
    const { names, asked, failure } = await refreshNames(workspaceId, { deadline, patience, areMissed }, needs);
    const { projects, users, updated_at } = names;
    note({
      ...(asked.length > 0 && { asked: asked.map(({ list, page }) => `${list} ${page}`).join(", ") }),
      ...(failure && { code: failure.kind, detail: failure.message }),
    });
    return json(200, { projects, users, ...(updated_at && { updated_at }) });
  };
}
