import type { Export } from "../../../api/export.ts";
import { isExportReport } from "../../../api/reports.ts";
import { callWorkspace } from "../call-console.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { DataTable } from "../tables/data-table.tsx";
import { useFileTable } from "../tables/use-file-table.ts";
import { useLoaded } from "../use-loaded.ts";
import { formatAddress } from "../view-address.ts";
import { dayRange, reportName } from "../wording.ts";
import { ExportDetails } from "./export-details.tsx";
import { knownExport, nextQuestion, takeExports } from "./known-exports.ts";
import type { NamesByKind } from "./order-words.ts";
import { useKnownExports } from "./use-known-exports.ts";

interface ExportPageProps {
  readonly workspaceId: number;
  readonly id: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly names: NamesByKind;
  readonly onDownload: (made: Export) => void;
  readonly onRunAgain: (made: Export) => void;
}

/** An export by itself, at an address of its own. */
export function ExportPage({ workspaceId, id, settings, names, onDownload, onRunAgain }: ExportPageProps) {
  useKnownExports();
  const { problem, isLoading, reload } = useLoaded(`${workspaceId} ${id}`, async () => {
    const question = nextQuestion();
    takeExports(workspaceId, [await callWorkspace<Export>(workspaceId, `exports/${id}`)], question);
  });
  const made = knownExport(workspaceId, id);
  return (
    <>
      <p class="back">
        <a href={formatAddress({ view: "exports", settings })}>All exports</a>
      </p>
      <ProblemAlert problem={problem} onRetry={reload} />
      {!made && isLoading && <p class="loading">Loading the export…</p>}
      {made && (
        <article class="panel" aria-labelledby="export-title" data-export={made.id}>
          <div class="section-head">
            <h2 id="export-title">
              {reportName(made.report)} <span class="format">{made.format.toUpperCase()}</span>,{" "}
              {dayRange(made.parameters.start_date, made.parameters.end_date)}
            </h2>
            <span class="row-actions">
              {"file" in made && (
                <button type="button" class="primary" onClick={() => onDownload(made)}>
                  Download
                </button>
              )}
              {isExportReport(made.report) && (
                <button type="button" onClick={() => onRunAgain(made)}>
                  Run again
                </button>
              )}
            </span>
          </div>
          {"file" in made && made.format === "csv" && <FileRows workspaceId={workspaceId} made={made} />}
          <ExportDetails made={made} names={names} />
        </article>
      )}
    </>
  );
}

/** The file itself, below what can be done with it. */
function FileRows({ workspaceId, made }: { workspaceId: number; made: Export }) {
  const { value, problem, isLoading, reload } = useFileTable(workspaceId, made.id);
  return (
    <>
      <ProblemAlert problem={problem} onRetry={reload} />
      {isLoading && <p class="loading">Reading the file…</p>}
      {value && <DataTable table={value} title="The file" />}
    </>
  );
}
