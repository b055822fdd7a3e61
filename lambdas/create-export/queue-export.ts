import type { Export, ExportOrder } from "../../api/export.ts";
import { isoTime } from "../../api/times.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import type { OncePorts } from "../core/exports/idempotency.ts";
import type { Using } from "../core/ports/ports.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { callerIn, exportAddress, makeOnce, orderOf } from "./requested-export.ts";

export type QueuePorts = OncePorts & Using<{ configuration: "workspaces"; exports: "create"; queue: "send" }>;

/** When it is worth to look at the export for the first time, in seconds. */
export const lookAgainSeconds = 5;

/** Has an export made in the background and answers at once. */
export async function queueExport(
  request: HttpRequest,
  file: Pick<ExportOrder, "report" | "format">,
  ports: QueuePorts,
): Promise<HttpResponse> {
  const order = orderOf(request, file, ports.configuration.workspaces);
  const make = (id: string) => enqueueExport(id, order, request, ports);
  const answerWith = (found: Export) => (found.status === "failed" ? undefined : found);
  const queued = await makeOnce(request, { order, make, answerWith }, ports);
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
  { queue, exports, clock }: QueuePorts,
): Promise<Export> {
  const { deadline, correlationId: correlation_id } = request;
  const caller = callerIn(request);
  const created_at = isoTime(clock.now());
  await queue.send(
    order.workspace_id,
    { export: { id, ...order, ...caller, created_at }, correlation_id },
    id,
    deadline,
  );
  const queued: Export = { id, status: "queued", ...order, requested_by: "http", ...caller, created_at };
  await exports.create(queued, deadline);
  return queued;
}
