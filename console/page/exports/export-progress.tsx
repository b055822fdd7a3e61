import { useEffect, useRef, useState } from "preact/hooks";
import type { Export, ExportFields } from "../../../api/export.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { bytes, count, dayRange, reportName } from "../wording.ts";
import { downloadExport } from "./download-export.ts";
import { knownExport } from "./known-exports.ts";
import { StatusBadge } from "./status-badge.tsx";
import { useKnownExports } from "./use-known-exports.ts";

interface ExportProgressProps {
  readonly workspaceId: number;
  readonly queued: Export;
  readonly onBack: (made: Export) => void;
}

/** What becomes of an export, as it happens. */
export function ExportProgress({ workspaceId, queued, onBack }: ExportProgressProps) {
  useKnownExports();
  const made = knownExport(workspaceId, queued.id) ?? queued;
  const [downloadProblem, setDownloadProblem] = useState<Problem>();
  const status = useRef<HTMLParagraphElement>(null);
  const next = useRef<HTMLButtonElement>(null);
  const isDone = !isUnderWay(made);
  // The form with the focus is gone: it goes to what is said now, and on to what can be done
  useEffect(() => status.current?.focus(), []);
  useEffect(() => {
    if (isDone && document.activeElement === status.current) next.current?.focus();
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
        {reportName(report)} as {format.toUpperCase()},{" "}
        <span class="unbroken">{dayRange(parameters.start_date, parameters.end_date)}</span>
      </p>
      <p role="status" class="progress" tabIndex={-1} ref={status}>
        <StatusBadge made={made} />
        {!isDone && " This goes on by itself, also if you close the dialog."}
        {file && ` ${bytes(file.bytes)}${file.rows === undefined ? "" : `, ${count(file.rows, "row")}`}.`}
      </p>
      <ProblemAlert problem={downloadProblem ?? (made.status === "failed" ? made.problem : undefined)} />
      <p class="actions">
        {file && (
          <button type="button" class="primary" ref={next} onClick={download}>
            Download the file
          </button>
        )}
        <button type="button" ref={file ? undefined : next} onClick={() => onBack(made)}>
          {made.status === "failed" ? "Back to the form" : "Make another"}
        </button>
      </p>
    </>
  );
}
