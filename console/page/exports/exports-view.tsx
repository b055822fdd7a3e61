import { useEffect, useState } from "preact/hooks";
import type { Export, ExportList } from "../../../api/export.ts";
import { exportStatuses, isUnderWay } from "../../../api/statuses.ts";
import { callWorkspace } from "../call-console.ts";
import { Choice } from "../choice.tsx";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { useLoaded } from "../use-loaded.ts";
import type { ViewProps } from "../view-address.ts";
import { areShown } from "../wording.ts";
import { downloadExport } from "./download-export.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { ExportsTable } from "./exports-table.tsx";
import { QuotaNote } from "./quota-note.tsx";

const refreshEveryMs = 3000;

const reports = ["profitability/projects", "profitability/employees", "trends/projects"];

/** The history: what was made, by whom, what it holds; and a form to make more. */
export function ExportsView({ workspaceId, settings, change }: ViewProps) {
  const { report = "", status = "", schedule = "" } = settings;
  const history = useHistory(workspaceId, { report, status, schedule });
  const [downloadProblem, setDownloadProblem] = useState<Problem>();
  const [isMaking, setMaking] = useState(false);
  const download = ({ id }: Export) =>
    downloadExport(workspaceId, id).then(
      () => setDownloadProblem(undefined),
      (error) => setDownloadProblem(problemOfError(error)),
    );
  const { exports, unreadable, problem, isLoading, reload, older } = history;
  const isEmpty = !isLoading && !problem && exports.length + unreadable.length === 0;
  return (
    <>
      <div class="section-head">
        <form class="controls" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="Report"
            value={report}
            choices={anyOr(reports)}
            onChoose={(to, typed) => change({ report: to }, typed)}
          />
          <Choice
            label="Status"
            value={status}
            choices={anyOr(exportStatuses)}
            onChoose={(to, typed) => change({ status: to }, typed)}
          />
          {schedule && (
            <button type="button" onClick={() => change({ schedule: "" })}>
              Only of {schedule} ×
            </button>
          )}
        </form>
        <button type="button" class="primary" onClick={() => setMaking(true)}>
          Make an export
        </button>
      </div>
      <ProblemAlert problem={problem ?? downloadProblem} onRetry={reload} />
      <QuotaNote exports={exports} />
      <p role="status" class={isLoading && exports.length === 0 ? "loading" : "visually-hidden"}>
        {isLoading ? "Loading the history…" : areShown(exports.length, "export")}
      </p>
      {isEmpty && <Empty isFiltered={Boolean(report || status || schedule)} />}
      {exports.length > 0 && <ExportsTable exports={exports} onDownload={download} />}
      {unreadable.length > 0 && <Unreadable ids={unreadable} />}
      {older && (
        <p class="actions">
          <button type="button" onClick={older}>
            Show older ones
          </button>
        </p>
      )}
      {isMaking && <ExportDialog workspaceId={workspaceId} onChange={reload} onClose={() => setMaking(false)} />}
    </>
  );
}

function Empty({ isFiltered }: { isFiltered: boolean }) {
  return (
    <p class="empty">
      {isFiltered
        ? "No export fits these filters."
        : "Nothing has been exported yet. “Make an export” makes the first."}
    </p>
  );
}

/** What is there and cannot be shown: nothing of the history is left out without a word. */
function Unreadable({ ids }: { ids: readonly string[] }) {
  return (
    <p class="note">
      {ids.length === 1 ? "One record is" : `${ids.length} records are`} damaged and left out: {ids.join(", ")}. Their
      files, if there are any, are untouched.
    </p>
  );
}

/** The pages of the history so far, the first one looked at again while something is under way. */
function useHistory(workspaceId: number, filters: Readonly<Record<string, string>>) {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== "")).toString();
  const load = (cursor = "") => {
    const page = new URLSearchParams(query);
    if (cursor) page.set("cursor", cursor);
    return callWorkspace<ExportList>(workspaceId, `exports?${page}`);
  };
  const first = useLoaded(`${workspaceId} ${query}`, load);
  const [rest, setRest] = useState<readonly ExportList[]>([]);
  const [olderProblem, setOlderProblem] = useState<Problem>();
  const { value, problem, isLoading, reload } = first;
  const waitMs = 1000 * (problem?.retryAfterSeconds ?? 0);
  // Other filters begin from the start
  useEffect(() => setRest([]), [query]);
  useEffect(() => {
    if (isLoading || !value?.exports.some(isUnderWay)) return;
    const timer = setTimeout(reload, Math.max(refreshEveryMs, waitMs));
    return () => clearTimeout(timer);
  }, [value, isLoading, waitMs, reload]);

  const pages = value ? [value, ...rest] : [];
  const next = pages.at(-1)?.next_cursor;
  const older = next
    ? () =>
        load(next).then(
          (page) => setRest((before) => [...before, page]),
          (error) => setOlderProblem(problemOfError(error)),
        )
    : undefined;
  const unique = new Map(pages.flatMap((page) => page.exports).map((made) => [made.id, made]));
  const unreadable = [...new Set(pages.flatMap((page) => page.unreadable ?? []))];
  return { ...first, problem: first.problem ?? olderProblem, exports: [...unique.values()], unreadable, older };
}

function anyOr(values: readonly string[]): Record<string, string> {
  return { "": "Any", ...Object.fromEntries(values.map((value) => [value, value])) };
}
