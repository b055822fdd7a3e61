import { useEffect, useState } from "preact/hooks";
import type { Export, FailedExport } from "../../../api/export.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import { followExports } from "../../../client/follow-exports.ts";
import { callWorkspace } from "../call-console.ts";
import { type Problem, ProblemError, problemOfError } from "../problem.ts";

interface Progress {
  readonly done: number;
  readonly failed: readonly FailedExport[];
  /** What the queue works on or waits for. */
  readonly current: Export | undefined;
  readonly problem: Problem | undefined;
}

const start: Progress = { done: 0, failed: [], current: undefined, problem: undefined };

/**
 * Follows exports one after the other, as the queue makes them, until each is made or has failed.
 * @param onDone called once when all are
 */
export function useExportsDone(workspaceId: number, ids: readonly string[], onDone: () => void) {
  const [progress, setProgress] = useState(start);
  // Other ids begin from the start
  useEffect(() => {
    setProgress(start);
    if (ids.length === 0) return;
    const ended = new AbortController();
    follow(workspaceId, ids, { signal: ended.signal, report: setProgress }).then(
      () => ended.signal.aborted || onDone(),
      () => {}, // the view was left
    );
    return () => ended.abort();
  }, [workspaceId, ids]);
  return { ...progress, isWaiting: progress.done < ids.length };
}

async function follow(
  workspaceId: number,
  ids: readonly string[],
  { signal, report }: { signal: AbortSignal; report: (progress: Progress) => void },
): Promise<void> {
  let progress = start;
  const tell = (change: Partial<Progress>) => {
    progress = { ...progress, ...change };
    report(progress);
  };
  const onLook = (found: Export | Problem) => {
    if ("code" in found) return tell({ problem: found });
    if (isUnderWay(found)) return tell({ current: found, problem: undefined });
    const failed = found.status === "failed" ? [...progress.failed, found] : progress.failed;
    tell({ done: progress.done + 1, failed, current: undefined, problem: undefined });
  };
  await followExports(ids, { find: (id) => lookAt(workspaceId, id), onLook, signal });
}

/** An export whose record is not there yet is queued. */
async function lookAt(workspaceId: number, id: string): Promise<Export | Problem> {
  return callWorkspace<Export>(workspaceId, `exports/${id}`).catch((error) =>
    error instanceof ProblemError && error.problem.code === "export_not_found"
      ? ({ id, status: "queued" } as Export)
      : problemOfError(error),
  );
}
