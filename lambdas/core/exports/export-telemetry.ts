import type { Export, ExportFields } from "../../../api/export.ts";
import type { Fields } from "../telemetry.ts";

/** An export as it stands in the log. */
export function exportFields(record: Export): Fields {
  const { id, workspace_id, report, format, status, schedule, occurrence, attempts } = record;
  const { file, toggl, unchanged, problem }: ExportFields = record;
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
    bytes: file?.bytes,
    rows: file?.rows,
    toggl_requests: toggl?.requests,
    quota_remaining: toggl?.quota_remaining,
    code: problem?.code,
  };
}
