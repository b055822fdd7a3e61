import { Failure, invalidFields } from "./failure.ts";

/**
 * The workspace that a path names, if the configuration lists it.
 * @throws Failure `invalid_request` if it is no id, `workspace_not_configured` if it is not listed.
 */
export function configuredWorkspace(workspaceId: string | undefined, configured: { has(id: number): boolean }): number {
  if (!workspaceId || !isWorkspaceId(workspaceId)) {
    const detail = "must be the workspace's id, a positive whole number, such as 1234567";
    throw invalidFields("path", [{ field: "workspace_id", detail }]);
  }
  if (configured.has(Number(workspaceId))) return Number(workspaceId);
  throw new Failure(
    "workspace_not_configured",
    `Workspace ${workspaceId} is not in this deployment's configuration. Add it to insights.config.json and deploy again, or ask who runs it.`,
  );
}

export function isWorkspaceId(text: string): boolean {
  return /^[1-9]\d{0,14}$/.test(text);
}

/**
 * The workspaces that a claim of a JWT names: an id, several, or a list, as numbers or text. What is no id counts for
 * nothing.
 */
export function claimedWorkspaces(claim: unknown): number[] {
  const values = Array.isArray(claim) ? claim : typeof claim === "string" ? claim.split(/[\s,]+/) : [claim];
  const ids = values.filter((value) => isText(value) && isWorkspaceId(String(value))).map(Number);
  return [...new Set(ids)];
}

/** Whether it can be written at all: an object of a token may have a `toString` that is no function. */
function isText(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
