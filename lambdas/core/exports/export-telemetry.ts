import type { Fields } from "../telemetry.ts";
import type { Export } from "./export.ts";

/** An export as the log tells of it. */
export function exportFields(made: Export): Fields {
  const { id, workspace_id, report, format, status, schedule, occurrence, attempts, unchanged, problem } = made;
  return {
    export_id: id,
    workspace_id,
    report,
    format,
    status,
    schedule,
    occurrence,
    attempts,
    unchanged,
    bytes: made.file?.bytes,
    rows: made.file?.rows,
    toggl_requests: made.toggl?.requests,
    quota_remaining: made.toggl?.quota_remaining,
    code: problem?.code,
  };
}
