import type { Export } from "../../api/export.ts";
import { warningOf } from "../core/exports/export-event.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import type { Run } from "../core/exports/run-order.ts";
import { Failure } from "../core/failure.ts";
import type { ExportJob } from "../core/schedules/schedule.ts";
import type { Fields, Telemetry } from "../core/telemetry.ts";

/** What a run logs, under the correlation id that its message came with. */
export function runLog(telemetry: Telemetry, context: Fields) {
  return {
    /** What became of an export, once it is made, failed or deferred; with how long each phase took. */
    settled(record: Export, phases: Fields): void {
      if (record.status === "succeeded") telemetry.measure({ ExportsSucceeded: 1 });
      if (record.status === "failed") telemetry.measure({ ExportsFailed: 1 });
      if (warningOf(record, "columns_changed")) telemetry.measure({ ColumnsChanged: 1 });
      const level = record.status === "failed" ? "ERROR" : "INFO";
      telemetry.event(level, `export ${record.status}`, { ...context, ...exportFields(record), ...phases });
    },
    /** What went wrong with an attempt; the record says what follows from it. */
    attemptFailed(record: Export, failure: Failure): void {
      const { kind: code, message: detail, cause } = failure;
      const fields = { ...exportFields(record), code, detail, cause: cause && stackOf(cause) };
      telemetry.event("WARN", "export attempt failed", { ...context, ...fields });
    },
    /** What even the record could not say. */
    error({ id, workspace_id, schedule, occurrence }: ExportJob, error: unknown): void {
      const fields = { export_id: id, workspace_id, schedule, occurrence, cause: stackOf(error) };
      telemetry.event("ERROR", "export trouble", { ...context, ...fields });
    },
    /** The event about an export could not be sent; it is sent later. */
    unsent(record: Export, error: unknown): void {
      telemetry.measure({ EventsNotSent: 1 });
      telemetry.event("ERROR", "event not sent", { ...context, ...exportFields(record), cause: stackOf(error) });
    },
    /** EventBridge fired for a schedule that was removed meanwhile: nothing was promised. */
    noSchedule(run: Run): void {
      telemetry.event("WARN", "no such schedule", { ...context, ...run });
    },
    /** What went wrong with the message itself. */
    messageError(message: string, error: unknown): void {
      telemetry.event("ERROR", message, { ...context, cause: stackOf(error) });
    },
  };
}

/** An expected failure in a few words, anything else with its stack. */
function stackOf(error: unknown): string {
  if (error instanceof Failure) return `${error.kind}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
