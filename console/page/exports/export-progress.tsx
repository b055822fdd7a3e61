import { useEffect, useState } from "preact/hooks";
import type { Export, ExportFields } from "../../../api/export.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import { callWorkspace } from "../call-console.ts";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { bytes, count, dayRange } from "../wording.ts";
import { downloadExport } from "./download-export.ts";
import { StatusBadge } from "./status-badge.tsx";

interface ExportProgressProps {
  readonly workspaceId: number;
  readonly queued: Export;
  readonly onDone: () => void;
  readonly onAnother: () => void;
}

/** What becomes of an export, as it happens. */
export function ExportProgress({ workspaceId, queued, onDone, onAnother }: ExportProgressProps) {
  const { made = queued, problem } = useWatchedExport(workspaceId, queued);
  const [downloadProblem, setDownloadProblem] = useState<Problem>();
  const isDone = !isUnderWay(made);
  // Told once, when it is done
  useEffect(() => {
    if (isDone) onDone();
  }, [isDone]);
  const download = () =>
    downloadExport(workspaceId, made.id).then(
      () => setDownloadProblem(undefined),
      (error) => setDownloadProblem(problemOfError(error)),
    );
  const { report, format, parameters } = made;
  const { file }: ExportFields = made;
  return (
    <>
      <p>
        {report} as {format}, {dayRange(parameters.start_date, parameters.end_date)}
      </p>
      <p role="status" class="progress">
        <StatusBadge made={made} />
        {!isDone && " This goes on by itself, also if you close the dialog."}
        {file && ` ${bytes(file.bytes)}${file.rows === undefined ? "" : `, ${count(file.rows, "row")}`}.`}
      </p>
      <ProblemAlert problem={problem ?? downloadProblem ?? (made.status === "failed" ? made.problem : undefined)} />
      <p class="actions">
        {file && (
          <button type="button" class="primary" onClick={download}>
            Download the file
          </button>
        )}
        <button type="button" onClick={onAnother}>
          {made.status === "failed" ? "Back to the form" : "Make another"}
        </button>
      </p>
    </>
  );
}

const lookEveryMs = 1000;

/** Looks at an export again and again until it is made or has failed. */
function useWatchedExport(workspaceId: number, first: Export | undefined) {
  const [made, setMade] = useState(first);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => setMade(first), [first]);
  useEffect(() => {
    if (!made || !isUnderWay(made)) return;
    const look = () =>
      callWorkspace<Export>(workspaceId, `exports/${made.id}`).then(
        (found) => {
          setProblem(undefined);
          setMade(found);
        },
        (error) => {
          setProblem(problemOfError(error));
          setMade({ ...made });
        },
      );
    const timer = setTimeout(look, lookEveryMs);
    return () => clearTimeout(timer);
  }, [workspaceId, made]);
  return { made, problem };
}
