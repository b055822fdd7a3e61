import type { ExportOrder } from "./export.ts";
import { isExportId } from "./export-id.ts";
import { isRunOrder, jobsOfOrder, type Run, type RunOrder } from "./run-order.ts";
import type { ExportJob } from "./scheduled-exports.ts";
import { isoTime, parseInstant } from "./times.ts";

/** What waits on the queue. It carries what was promised, since the configuration may be another when it is worked on. */
export type QueueMessage = {
  /** Tells what belongs together in the logs. */
  readonly correlation_id?: string;
} & (
  | (Run & {
      /** Only EventBridge's own messages come without. */
      readonly order?: RunOrder;
    })
  /** One export that a caller asked for. */
  | { readonly export: ExportOrder & { readonly id: string; readonly created_at: string } }
  /** The settled export whose event could not be sent. */
  | { readonly event_of: { readonly workspace_id: number; readonly id: string } }
);

/** What a message asks for. */
export type Asked = { readonly correlation_id: string | undefined } & (
  | { readonly kind: "exports"; readonly jobs: readonly ExportJob[] }
  | { readonly kind: "run"; readonly run: Run }
  | { readonly kind: "event"; readonly of: { readonly workspace_id: number; readonly id: string } }
);

/** @throws Error that says why nothing can be made of it */
export function readMessage(body: string): Asked {
  const message: Partial<Record<string, unknown>> | null = JSON.parse(body);
  if (typeof message !== "object" || message === null) throw new Error("The message is no JSON object");
  const { correlation_id: id, export: order, event_of } = message;
  const correlation_id = typeof id === "string" ? id : undefined;
  if (isOrder(order)) {
    return { correlation_id, kind: "exports", jobs: [{ ...order, requested_by: "http", isRefresh: false }] };
  }
  if (isExport(event_of)) return { correlation_id, kind: "event", of: event_of };
  const run = runOf(message);
  if (!isRunOrder(message.order)) return { correlation_id, kind: "run", run };
  return { correlation_id, kind: "exports", jobs: jobsOfOrder(run, message.order) };
}

function runOf({ schedule, occurrence, refresh }: Partial<Record<string, unknown>>): Run {
  if (typeof schedule !== "string" || typeof occurrence !== "string") {
    throw new Error("The message has neither schedule and occurrence nor an export");
  }
  const time = parseInstant(occurrence);
  if (time === undefined) throw new Error(`The occurrence ${occurrence} is no time`);
  return { schedule, occurrence: isoTime(time), ...(refresh === false && { refresh }) };
}

function isExport(value: unknown): value is { id: string; workspace_id: number } {
  return typeof value === "object" && value !== null && "id" in value && isExportId(String(value.id));
}

function isOrder(value: unknown): value is ExportOrder & { id: string; created_at: string } {
  return isExport(value);
}
