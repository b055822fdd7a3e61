import type { Export } from "../../../api/export.ts";
import { statusMeanings, statusName } from "../../../api/statuses.ts";
import { moment } from "../wording.ts";

export function StatusBadge({ made }: { made: Export }) {
  return (
    <span class={`badge ${made.status}`} title={statusMeanings[made.status]}>
      {statusName(made.status)}
      {made.status === "deferred" && ` until ${moment(made.resumes_at)}`}
    </span>
  );
}
