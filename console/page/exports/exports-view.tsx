import { useState } from "preact/hooks";
import type { Export } from "../../../api/export.ts";
import { scheduledReports } from "../../../api/reports.ts";
import { exportStatuses, statusName } from "../../../api/statuses.ts";
import { Choice } from "../choice.tsx";
import { useNames } from "../names.ts";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { formatAddress, type ViewProps } from "../view-address.ts";
import { areShown, clock, reportName } from "../wording.ts";
import { downloadExport } from "./download-export.ts";
import { ExportDialog } from "./export-dialog.tsx";
import { ExportPage } from "./export-page.tsx";
import { ExportsTable } from "./exports-table.tsx";
import { knownExports } from "./known-exports.ts";
import type { NamesByKind } from "./order-words.ts";
import { QuotaNote } from "./quota-note.tsx";
import { useHistory } from "./use-history.ts";
import { useUnderWay } from "./use-under-way.ts";

/** The history: what was made, by whom, what it holds; and a form to make more. */
export function ExportsView(view: ViewProps) {
  const { workspaceId, item, settings } = view;
  const [problem, setProblem] = useState<Problem>();
  /** What is made: like another export, or a new one. */
  const [making, setMaking] = useState<{ readonly like?: Export }>();
  const lookProblem = useUnderWay(workspaceId);
  const names = useNames(workspaceId, []);
  const download = ({ id }: Export) =>
    downloadExport(workspaceId, id).then(
      () => setProblem(undefined),
      (error) => setProblem(problemOfError(error)),
    );
  const actions = { names, onDownload: download, onRunAgain: (like: Export) => setMaking({ like }) };
  return (
    <>
      <ProblemAlert
        problem={problem ?? lookProblem}
        note={problem ? undefined : "What is shown stays, and the page goes on looking."}
      />
      {item ? (
        <ExportPage key={item} workspaceId={workspaceId} id={item} settings={settings} {...actions} />
      ) : (
        <ExportList {...view} {...actions} onMake={() => setMaking({})} />
      )}
      {making && (
        <ExportDialog workspaceId={workspaceId} like={making.like} names={names} onClose={() => setMaking(undefined)} />
      )}
    </>
  );
}

interface ExportListProps extends ViewProps {
  readonly names: NamesByKind;
  readonly onDownload: (made: Export) => void;
  readonly onRunAgain: (made: Export) => void;
  readonly onMake: () => void;
}

function ExportList({ workspaceId, settings, change, names, onDownload, onRunAgain, onMake }: ExportListProps) {
  const { report = "", status = "", schedule = "" } = settings;
  const { exports, unreadable, problem, isLoading, readAt, reload, older } = useHistory(workspaceId, {
    report,
    status,
    schedule,
  });
  const isEmpty = !isLoading && !problem && exports.length + unreadable.length === 0;
  return (
    <>
      <div class="section-head">
        <form class="controls" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
          <Choice
            label="Report"
            value={report}
            choices={[["", "Any"], ...scheduledReports.map((name) => [name, reportName(name)] as const)]}
            onChoose={(to, typed) => change({ report: to }, typed)}
          />
          <Choice
            label="Status"
            value={status}
            choices={[["", "Any"], ...exportStatuses.map((name) => [name, statusName(name)] as const)]}
            onChoose={(to, typed) => change({ status: to }, typed)}
          />
          {schedule && (
            <button type="button" onClick={() => change({ schedule: "" })}>
              Only of {schedule} ×
            </button>
          )}
        </form>
        <button type="button" class="primary" onClick={onMake}>
          Make an export
        </button>
      </div>
      <ProblemAlert
        problem={problem}
        onRetry={reload}
        note={
          readAt === undefined
            ? undefined
            : `What is shown was read at ${clock(new Date(readAt).toISOString())}; it is read again by itself.`
        }
      />
      <QuotaNote exports={knownExports(workspaceId)} />
      <p role="status" class={isLoading && exports.length === 0 ? "loading" : "visually-hidden"}>
        {isLoading ? "Loading the history…" : areShown(exports.length, "export")}
      </p>
      {isEmpty && <Empty isFiltered={Boolean(report || status || schedule)} hasOlder={older !== undefined} />}
      {exports.length > 0 && (
        <ExportsTable
          exports={exports}
          names={names}
          addressOf={({ id }) => formatAddress({ view: "exports", item: id, settings })}
          onDownload={onDownload}
          onRunAgain={onRunAgain}
        />
      )}
      {unreadable.length > 0 && <Unreadable ids={unreadable} />}
      {older && (
        <p class="actions">
          <button type="button" onClick={older}>
            Show older ones
          </button>
        </p>
      )}
    </>
  );
}

function Empty({ isFiltered, hasOlder }: { isFiltered: boolean; hasOlder: boolean }) {
  if (!isFiltered) return <p class="empty">Nothing has been exported yet. “Make an export” makes the first.</p>;
  return (
    <p class="empty">{hasOlder ? "Of the newest exports none fits these filters." : "No export fits these filters."}</p>
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
