import type { Export } from "../../api/export.ts";
import { warningOf } from "../core/exports/export-event.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import type { RunLog } from "../core/exports/run-export.ts";
import type { Run } from "../core/exports/run-order.ts";
import { Failure } from "../core/failure.ts";
import type { Fields, Telemetry } from "../core/telemetry.ts";

/** What is logged about a message and its exports. */
export interface MessageLog extends RunLog {
  /** What became of an export, once it is made, failed or deferred; with how long each phase took. */
  settled(record: Export, phases: Fields): void;
  /** EventBridge fired for a schedule that was removed meanwhile: nothing was promised. */
  noSchedule(run: Run): void;
  /** What went wrong with the message itself. */
  messageError(message: string, error: unknown): void;
}

/** Logs under the correlation id that its message came with. */
export function runLog(telemetry: Telemetry, context: Fields): MessageLog {
  return {
    settled(record, phases) {
      if (record.status === "succeeded") telemetry.measure({ ExportsSucceeded: 1 });
      if (record.status === "failed") telemetry.measure({ ExportsFailed: 1 });
      if (warningOf(record, "columns_changed")) telemetry.measure({ ColumnsChanged: 1 });
      const level = record.status === "failed" ? "ERROR" : "INFO";
      telemetry.event(level, `export ${record.status}`, { ...context, ...exportFields(record), ...phases });
    },
    attemptFailed(record, failure) {
      const { kind: code, message: detail, cause } = failure;
      const fields = { ...exportFields(record), code, detail, cause: cause && stackOf(cause) };
      telemetry.event("WARN", "export attempt failed", { ...context, ...fields });
    },
    error({ id, workspace_id, schedule, occurrence }, error) {
      const fields = { export_id: id, workspace_id, schedule, occurrence, cause: stackOf(error) };
      telemetry.event("ERROR", "export trouble", { ...context, ...fields });
    },
    unsent(record, error) {
      telemetry.measure({ EventsNotSent: 1 });
      telemetry.event("ERROR", "event not sent", { ...context, ...exportFields(record), cause: stackOf(error) });
    },
    noSchedule(run) {
      telemetry.event("WARN", "no such schedule", { ...context, ...run });
    },
    messageError(message, error) {
      telemetry.event("ERROR", message, { ...context, cause: stackOf(error) });
    },
  };
}

/** An expected failure in a few words, anything else with its stack. */
function stackOf(error: unknown): string {
  if (error instanceof Failure) return `${error.kind}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
