import { useMemo } from "preact/hooks";
import { Choice } from "../choice.tsx";
import { knownExports } from "../exports/known-exports.ts";
import { orderWords } from "../exports/order-words.ts";
import { useHistory } from "../exports/use-history.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { DataTable } from "../tables/data-table.tsx";
import { useFileTable } from "../tables/use-file-table.ts";
import { formatAddress, type ViewProps } from "../view-address.ts";
import { dayRange, moment, reportName } from "../wording.ts";
import { besideFiles, filesOf, firstFile, type MoneyFile, offeredFiles } from "./comparable.ts";
import { PairedTable } from "./paired-table.tsx";
import { sideBySide } from "./side-by-side.ts";
import { useCurrentFiles } from "./use-current-files.ts";

const reports = ["profitability/projects", "profitability/employees"];

/** The money: the newest file there is, and another period beside it. Everything is read from files; Toggl is not asked. */
export function ProfitabilityView({ workspaceId, settings, change }: ViewProps) {
  const report = reports.find((name) => name === settings.report) ?? "profitability/projects";
  const history = useHistory(workspaceId, { report, status: "succeeded" });
  const current = useCurrentFiles(workspaceId, report);
  const files = offeredFiles(current.value ?? [], filesOf(knownExports(workspaceId), report));
  const isLoading = history.isLoading || current.isLoading;
  const chosen = files.find(({ id }) => id === settings.file);
  const shown = chosen ?? (current.isLoading || (settings.file && isLoading) ? undefined : firstFile(files));
  const others = shown ? besideFiles(files, shown) : [];
  const beside = others.find(({ id }) => id === settings.beside);
  const here = useFileTable(workspaceId, shown?.id);
  const there = useFileTable(workspaceId, beside?.id);
  const pairs = useMemo(
    () => here.value && there.value && sideBySide(here.value, there.value),
    [here.value, there.value],
  );
  const isMissing = Boolean(settings.file) && !chosen && !isLoading;
  return (
    <>
      <form class="controls file-choices" aria-label="Files" onSubmit={(event) => event.preventDefault()}>
        <Choice
          label="Report"
          value={report}
          choices={reports.map((name) => [name, reportName(name)] as const)}
          onChoose={(to, typed) => change({ report: to, file: "", beside: "" }, typed)}
        />
        {shown && (
          <Choice
            label="Period"
            value={shown.id}
            choices={files.map((made) => [made.id, fileName(made)] as const)}
            onChoose={(to, typed) => change({ file: to, beside: "" }, typed)}
          />
        )}
        {others.length > 0 && (
          <Choice
            label="Beside it"
            value={beside?.id ?? ""}
            choices={[["", "Nothing"], ...others.map((made) => [made.id, fileName(made)] as const)]}
            onChoose={(to, typed) => change({ beside: to }, typed)}
          />
        )}
      </form>
      <ProblemAlert
        problem={current.problem ?? history.problem}
        onRetry={current.problem ? current.reload : history.reload}
      />
      <ProblemAlert problem={here.problem ?? there.problem} onRetry={here.problem ? here.reload : there.reload} />
      {isMissing && (
        <p class="note">The file that the address asks for is not among the newest here; another one is shown.</p>
      )}
      {!shown && !history.problem && !current.problem && (
        <p role="status" class="empty">
          {isLoading
            ? "Looking for files…"
            : "There is no such file yet. A schedule makes one each month, or make an export as CSV."}
        </p>
      )}
      {shown && (
        <section class="panel" aria-labelledby="file-title">
          <div class="section-head">
            <h2 id="file-title">
              {reportName(report)}, {dayRange(shown.parameters.start_date, shown.parameters.end_date)}
            </h2>
            <p class="period">
              {orderWords(shown, {}).join(" · ")}, as of {moment(shown.completed_at)} ·{" "}
              <a href={formatAddress({ view: "exports", item: shown.id, settings: workspaceOf(settings) })}>
                This export
              </a>
            </p>
          </div>
          {(here.isLoading || there.isLoading) && <p class="loading">Reading the file…</p>}
          {here.value && there.value && !pairs && (
            <p class="note">These two files have no column of figures alike, so the first one is shown alone.</p>
          )}
          {here.value && pairs && beside && (
            <PairedTable
              pairs={pairs}
              title={`${fileName(shown)} beside ${fileName(beside)}`}
              other={dayRange(beside.parameters.start_date, beside.parameters.end_date)}
            />
          )}
          {here.value && !pairs && !there.isLoading && (
            <DataTable key={shown.id} table={here.value} title={fileName(shown)} />
          )}
        </section>
      )}
    </>
  );
}

function workspaceOf({ workspace = "" }: ViewProps["settings"]): Readonly<Record<string, string>> {
  return { workspace };
}

/** What tells a file from the others in the list: its days, what it was asked for with, and whose it is. */
function fileName(made: MoneyFile): string {
  const { parameters, schedule } = made;
  return [
    dayRange(parameters.start_date, parameters.end_date),
    ...orderWords(made, {}),
    ...(schedule ? [schedule] : []),
  ].join(" · ");
}
