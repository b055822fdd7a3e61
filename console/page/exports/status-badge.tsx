import type { Export } from "../../../api/export.ts";
import type { ExportStatus } from "../../../api/statuses.ts";
import { moment } from "../wording.ts";

const words: Record<ExportStatus, string> = {
  queued: "Queued",
  running: "Being made",
  deferred: "Waits for quota",
  succeeded: "Made",
  failed: "Failed",
};

export function StatusBadge({ made }: { made: Export }) {
  return (
    <span class={`badge ${made.status}`}>
      {words[made.status]}
      {made.status === "deferred" && ` until ${moment(made.resumes_at)}`}
    </span>
  );
}
