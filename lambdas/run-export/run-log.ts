import type { Export } from "../core/export.ts";
import { Failure } from "../core/failure.ts";
import type { ExportJob } from "../core/scheduled-exports.ts";

/** One line of JSON for each export of a run. */
export function logOutcome(job: ExportJob, outcome: string, error?: unknown): void {
  write(error ? "ERROR" : "INFO", `run-export ${outcome}`, job, error);
}

/** What went wrong with an export; its record says what follows from it. */
export function logFailure(made: Export, failure: Failure): void {
  write("WARN", `run-export ${failure.kind}: ${failure.message}`, made, failure.cause);
}

/** Trouble with a message itself. */
export function logMessage(trouble: string, messageId: string, error: unknown): void {
  const detail = error instanceof Error ? error.message : String(error);
  console.log(JSON.stringify({ level: "ERROR", message: `run-export ${trouble}`, message_id: messageId, detail }));
}

function write(
  level: string,
  message: string,
  { id, workspace_id, schedule, occurrence }: ExportJob | Export,
  error?: unknown,
) {
  const cause = error instanceof Error && !(error instanceof Failure) ? error.stack : undefined;
  console.log(JSON.stringify({ level, message, export_id: id, workspace_id, schedule, occurrence, cause }));
}
