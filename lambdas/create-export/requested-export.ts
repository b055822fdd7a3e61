import type { Export, ExportOrder } from "../core/export.ts";
import { parseExportBody } from "../core/export-body.ts";
import { newExportId } from "../core/export-id.ts";
import { exportOnce, type OnceNeeds } from "../core/export-once.ts";
import { idempotencyKey } from "../core/idempotency.ts";
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
  return { workspace_id, ...file, ...parseExportBody(file, jsonBody(request)) };
}

interface MakeOnce<T> {
  readonly order: ExportOrder;
  /** `isFirst`: no attempt that failed or died has left anything of it. */
  readonly make: (id: string, isFirst: boolean) => Promise<T>;
  /** What an export of an earlier request with the same key answers this one with, if it is far enough. */
  readonly answerWith: (found: Export) => T | undefined;
}

/** Makes an export; once, if the request has an `Idempotency-Key`. */
export async function makeOnce<T>(request: HttpRequest, once: MakeOnce<T>, needs: OnceNeeds): Promise<T> {
  const key = idempotencyKey(request.soleHeader("idempotency-key"));
  if (key === undefined) return once.make(newExportId(needs.now()), true);
  return exportOnce({ key, ...once }, request.deadline, needs);
}

/** Where an export is found from now on. */
export function exportAddress(
  request: HttpRequest,
  { workspace_id, id }: { workspace_id: number; id: string },
): string {
  return request.addressOf(`/workspace/${workspace_id}/exports/${id}`);
}
