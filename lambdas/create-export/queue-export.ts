import type { Export, ExportOrder } from "../../api/export.ts";
import { isoTime } from "../../api/times.ts";
import type { Deadline } from "../core/deadline.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import type { OnceNeeds } from "../core/exports/idempotency.ts";
import type { QueueMessage } from "../core/exports/run-order.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { callerIn, exportAddress, makeOnce, orderOf } from "./requested-export.ts";

export interface QueueExportNeeds extends OnceNeeds {
  readonly workspaces: { has(id: number): boolean };
  /** @param id tells the message from others; the same id twice within five minutes is one message */
  readonly enqueue: (workspaceId: number, message: QueueMessage, id: string, deadline: Deadline) => Promise<void>;
  /** Writes a record where there is none. */
  readonly createRecord: (record: Export, deadline: Deadline) => Promise<void>;
}

/** When it is worth to look at the export for the first time, in seconds. */
export const lookAgainSeconds = 5;

/** Has an export made in the background and answers at once. */
export async function queueExport(
  request: HttpRequest,
  file: Pick<ExportOrder, "report" | "format">,
  needs: QueueExportNeeds,
): Promise<HttpResponse> {
  const order = orderOf(request, file, needs.workspaces);
  const make = (id: string) => enqueueExport(id, order, request, needs);
  const answerWith = (found: Export) => (found.status === "failed" ? undefined : found);
  const queued = await makeOnce(request, { order, make, answerWith }, needs);
  request.note(exportFields(queued));
  return json(202, queued, {
    location: exportAddress(request, queued),
    "retry-after": String(lookAgainSeconds),
    "preference-applied": "respond-async",
  });
}

/** The message first: a record that nobody works on would wait for ever, a message without one makes its own. */
async function enqueueExport(
  id: string,
  order: ExportOrder,
  request: HttpRequest,
  { enqueue, createRecord, now }: QueueExportNeeds,
): Promise<Export> {
  const { deadline, correlationId: correlation_id } = request;
  const asked = { id, ...order, ...callerIn(request), created_at: isoTime(now()) };
  await enqueue(order.workspace_id, { export: asked, correlation_id }, id, deadline);
  const queued: Export = { ...asked, status: "queued", requested_by: "http" };
  await createRecord(queued, deadline);
  return queued;
}
