import { Failure, invalidFields } from "./failure.ts";

/**
 * The workspace that a path names, if the configuration lists it.
 * @throws Failure `invalid_request` if it is no id, `workspace_not_configured` if it is not listed.
 */
export function configuredWorkspace(workspaceId: string | undefined, configured: { has(id: number): boolean }): number {
  if (!workspaceId || !/^[1-9]\d{0,14}$/.test(workspaceId)) {
    const detail = "must be the workspace's id, a positive whole number, such as 1234567";
    throw invalidFields("path", [{ field: "workspace_id", detail }]);
  }
  if (configured.has(Number(workspaceId))) return Number(workspaceId);
  throw new Failure(
    "workspace_not_configured",
    `Workspace ${workspaceId} is not in this deployment's configuration. Add it to insights.config.json and deploy again, or ask who runs it.`,
  );
}
