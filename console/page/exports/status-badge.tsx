import type { ExportStatus } from "../../../api/statuses.ts";
import { moment } from "../wording.ts";

const words: Record<ExportStatus, string> = {
  queued: "Queued",
  running: "Being made",
  deferred: "Waits for quota",
  succeeded: "Made",
  failed: "Failed",
};

interface Standing {
  readonly status: ExportStatus;
  readonly resumes_at?: string;
}

/** Where an export or a run stands. */
export function StatusBadge({ made }: { made: Standing }) {
  return (
    <span class={`badge ${made.status}`}>
      {words[made.status]}
      {made.resumes_at !== undefined && ` until ${moment(made.resumes_at)}`}
    </span>
  );
}
