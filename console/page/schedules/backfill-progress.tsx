import { StatusBadge } from "../exports/status-badge.tsx";
import { ProblemAlert } from "../problem-alert.tsx";
import { count, dayRange } from "../wording.ts";
import { useExportsDone } from "./use-exports-done.ts";

const nothing = () => {};

/** How far a backfill is. */
export function BackfillProgress({ workspaceId, ids }: { workspaceId: number; ids: readonly string[] }) {
  const { done, failed, current, problem, isWaiting } = useExportsDone(workspaceId, ids, nothing);
  return (
    <>
      <p>
        <progress max={ids.length} value={done} aria-label="Files made" />
      </p>
      <p role="status">
        {done} of {count(ids.length, "file")} done{failed.length > 0 && `, ${failed.length} failed`}.{" "}
        {current && <StatusBadge {...current} />}
        {isWaiting ? " It goes on by itself, also if you close the dialog." : " That was all."}
      </p>
      <ProblemAlert problem={problem} />
      {failed.length > 0 && (
        <ul class="faults">
          {failed.map(({ id, parameters, format, problem: why }) => (
            <li key={id}>
              {dayRange(parameters.start_date, parameters.end_date)}, {format}: {why?.detail}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
