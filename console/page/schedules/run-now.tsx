import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { Run } from "../../../api/schedule.ts";
import { callWorkspace } from "../call-console.ts";
import { takeQueued } from "../exports/known-exports.ts";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { count } from "../wording.ts";
import { useExportsDone } from "./use-exports-done.ts";

interface RunNowProps {
  readonly workspaceId: number;
  readonly name: string;
  /** Called when a run begins, and when all its files are made or have failed. */
  readonly onRun: () => void;
  /** What else one can do, beside the button. */
  readonly children: ComponentChildren;
}

/** Runs a schedule as though it were due, and says what became of it. */
export function RunNow({ workspaceId, name, onRun, children }: RunNowProps) {
  const [ids, setIds] = useState<readonly string[]>([]);
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const watched = useExportsDone(workspaceId, ids, onRun);
  const run = async () => {
    setSending(true);
    setProblem(undefined);
    const headers = { "idempotency-key": crypto.randomUUID() };
    await callWorkspace<Run>(workspaceId, `schedules/${name}/runs`, { method: "POST", headers }).then(
      ({ exports }) => {
        takeQueued(workspaceId, exports);
        setIds(exports.map(({ id }) => id));
        onRun();
      },
      (error) => setProblem(problemOfError(error)),
    );
    setSending(false);
  };
  return (
    <>
      <div class="actions">
        <button type="button" class="primary" disabled={isSending || watched.isWaiting} onClick={run}>
          Run now<span class="visually-hidden"> {name}</span>
        </button>
        {children}
      </div>
      <p role="status" class="run-status">
        {ids.length > 0 && runText(watched.isWaiting, watched.done, ids.length, watched.failed.length)}
      </p>
      <ProblemAlert problem={problem ?? watched.problem ?? watched.failed[0]?.problem} />
    </>
  );
}

function runText(isWaiting: boolean, done: number, all: number, failed: number): string {
  if (isWaiting) return `Under way: ${done} of ${count(all, "file")} done.`;
  return failed === 0 ? `${count(all, "file")} succeeded.` : `${failed} of ${count(all, "file")} failed.`;
}
