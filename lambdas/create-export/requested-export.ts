import { callerOf } from "../../api/callers.ts";
import type { Export, ExportOrder, ExportOrigin } from "../../api/export.ts";
import type { FieldError } from "../../api/problem.ts";
import { newExportId } from "../core/exports/export-id.ts";
import { exportOnce, idempotencyKey, type OncePorts } from "../core/exports/idempotency.ts";
import { parameterErrors, parseParameters } from "../core/exports/parameters.ts";
import { invalidFields } from "../core/failure.ts";
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
export async function makeOnce<T>(request: HttpRequest, once: MakeOnce<T>, ports: OncePorts): Promise<T> {
  const key = idempotencyKey(request.soleHeader("idempotency-key"));
  if (key === undefined) return once.make(newExportId(ports.clock.now()), true);
  return exportOnce({ key, ...once }, request.deadline, ports);
}

/** Which of the programs that we know asks; empty for any other. */
export function callerIn(request: HttpRequest): Pick<ExportOrigin, "requested_with"> {
  const requested_with = callerOf(request.header("user-agent"));
  return requested_with ? { requested_with } : {};
}

/** Where an export is found from now on. */
export function exportAddress(
  request: HttpRequest,
  { workspace_id, id }: { workspace_id: number; id: string },
): string {
  return request.addressOf(`/workspace/${workspace_id}/exports/${id}`);
}

const option = "spreadsheet_safe";

/**
 * The body of a request for a file: Toggl's parameters, and what to do with the file, which Toggl is not told.
 * @throws Failure `invalid_request` with one entry for each field that does not fit
 */
export function parseExportBody(
  { report, format }: Pick<ExportOrder, "report" | "format">,
  body: unknown,
): Pick<ExportOrder, "parameters" | "spreadsheet_safe"> {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, option)) {
    return { parameters: parseParameters(report, body) };
  }
  const { [option]: isWanted, ...parameters } = body as Record<string, unknown>;
  const errors = [...parameterErrors(report, parameters), ...optionErrors(isWanted, format)];
  if (errors.length > 0) throw invalidFields("body", errors);
  return { parameters, ...(isWanted === true && { spreadsheet_safe: true }) };
}

function optionErrors(isWanted: unknown, format: ExportOrder["format"]): FieldError[] {
  const errors = (detail: string) => [{ field: option, pointer: `#/${option}`, detail }];
  if (typeof isWanted !== "boolean") return errors("must be true or false, without quotes");
  if (isWanted && format !== "csv") return errors("is for csv: a workbook's text is never run as a formula");
  return [];
}
