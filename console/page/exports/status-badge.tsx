import { type ExportStatus, statusMeanings, statusName } from "../../../api/statuses.ts";
import { moment } from "../wording.ts";

interface Standing {
  readonly status: ExportStatus;
  readonly resumes_at?: string;
}

/** Where an export or a run stands. */
export function StatusBadge({ made }: { made: Standing }) {
  return (
    <span class={`badge ${made.status}`} title={statusMeanings[made.status]}>
      {statusName(made.status)}
      {made.resumes_at !== undefined && ` until ${moment(made.resumes_at)}`}
    </span>
  );
}
