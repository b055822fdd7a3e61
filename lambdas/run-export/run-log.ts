import type { Export } from "../../api/export.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import type { Run } from "../core/exports/run-order.ts";
import { Failure } from "../core/failure.ts";
import type { ExportJob } from "../core/schedules/schedule.ts";
import type { Fields, Telemetry } from "../core/telemetry.ts";

/** What a run tells of itself, under the correlation id that its message came with. */
export function runLog(telemetry: Telemetry, context: Fields) {
  return {
    /** What became of an export, once it is made, failed or deferred; with how long each phase took. */
    settled(made: Export, phases: Fields): void {
      if (made.status === "succeeded") telemetry.measure({ ExportsSucceeded: 1 });
      if (made.status === "failed") telemetry.measure({ ExportsFailed: 1 });
      const level = made.status === "failed" ? "ERROR" : "INFO";
      telemetry.event(level, `export ${made.status}`, { ...context, ...exportFields(made), ...phases });
    },
    /** What went wrong with an attempt; the record says what follows from it. */
    attemptFailed(made: Export, failure: Failure): void {
      const { kind: code, message: detail, cause } = failure;
      const fields = { ...exportFields(made), code, detail, cause: cause && stackOf(cause) };
      telemetry.event("WARN", "export attempt failed", { ...context, ...fields });
    },
    /** Trouble that even the record could not be told of. */
    trouble({ id, workspace_id, schedule, occurrence }: ExportJob, error: unknown): void {
      const fields = { export_id: id, workspace_id, schedule, occurrence, cause: stackOf(error) };
      telemetry.event("ERROR", "export trouble", { ...context, ...fields });
    },
    /** The event about an export could not be sent; it is sent later. */
    unsent(made: Export, error: unknown): void {
      telemetry.measure({ EventsNotSent: 1 });
      telemetry.event("ERROR", "event not sent", { ...context, ...exportFields(made), cause: stackOf(error) });
    },
    /** EventBridge fired for a schedule that was removed meanwhile: nothing was promised. */
    noSchedule(run: Run): void {
      telemetry.event("WARN", "no such schedule", { ...context, ...run });
    },
    /** Trouble with the message itself. */
    messageTrouble(trouble: string, error: unknown): void {
      telemetry.event("ERROR", trouble, { ...context, cause: stackOf(error) });
    },
  };
}

/** An expected failure in a few words, anything else with its stack. */
function stackOf(error: unknown): string {
  if (error instanceof Failure) return `${error.kind}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
