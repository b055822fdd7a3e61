import { type RefreshNamesNeeds, refreshNames } from "../core/toggl/names.ts";
import { configuredWorkspace } from "../core/workspace.ts";
import { deadlineAt } from "../http/deadline-at.ts";
import { type HttpHandler, json } from "../http/http.ts";

interface ListNamesNeeds extends RefreshNamesNeeds {
  readonly workspaces: { has(id: number): boolean };
}

/** Names are an extra: nobody waits for them as long as for a report. */
const patienceMs = 10_000;

/** The names of a workspace's projects and people, as far as they are known. Whatever Toggl does, that is a 200. */
export function listNames({ workspaces, ...needs }: ListNamesNeeds): HttpHandler {
  return async ({ params, deadline, note }) => {
    const workspaceId = configuredWorkspace(params.workspace_id, workspaces);
    const now = needs.now();
    const patience = deadlineAt(now + Math.min(patienceMs, deadline.remainingMs()), now);
    const { names, asked, failure } = await refreshNames(workspaceId, { deadline, patience }, needs);
    const { projects, users, updated_at } = names;
    note({
      ...(asked && { asked: `${asked.list}, page ${asked.page}` }),
      ...(failure && { code: failure.kind, detail: failure.message }),
    });
    return json(200, { projects, users, ...(updated_at && { updated_at }) });
  };
}
