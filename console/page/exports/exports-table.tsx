import type { Export, ExportFields } from "../../../api/export.ts";
import { bytes, count, dayRange, moment } from "../wording.ts";
import { ExportDetails, restatementText } from "./export-details.tsx";
import { StatusBadge } from "./status-badge.tsx";

interface ExportsTableProps {
  readonly exports: readonly Export[];
  readonly onDownload: (made: Export) => void;
}

const columns = ["Report", "Status", "File", "Made", "Asked by", "Download"];

/** The history. On a narrow screen each row is a card, so the roles that a table has by itself are said. */
export function ExportsTable({ exports, onDownload }: ExportsTableProps) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
    <table class="cards" role="table">
      <caption class="visually-hidden">Exports, newest first</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((name) => (
            <th key={name} scope="col" role="columnheader">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {exports.map((made) => (
          <ExportRow key={made.id} made={made} onDownload={onDownload} />
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
  );
}

function ExportRow({ made, onDownload }: { made: Export; onDownload: ExportsTableProps["onDownload"] }) {
  const { report, format, parameters, created_at, requested_by, schedule } = made;
  const { file, warnings = [], unchanged }: ExportFields = made;
  const notes = [restatementText(made) && (unchanged ? "unchanged" : "restated"), ...warnings.map(() => "warning")];
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
    <tr role="row" data-export={made.id}>
      <th scope="row" role="rowheader">
        <span class="report">{report}</span> <span class="format">{format.toUpperCase()}</span>
        <span class="line">{dayRange(parameters.start_date, parameters.end_date)}</span>
        <ExportDetails made={made} />
      </th>
      <td role="cell" data-label="Status">
        <StatusBadge made={made} />
        {made.status === "failed" && <span class="line error">{made.problem.detail}</span>}
        {notes.filter(Boolean).map((note) => (
          <span key={note} class="badge note">
            {note}
          </span>
        ))}
      </td>
      <td role="cell" data-label="File">
        {file ? bytes(file.bytes) : "–"}
        {file?.rows !== undefined && <span class="line">{count(file.rows, "row")}</span>}
      </td>
      <td role="cell" data-label="Made">
        {moment(created_at)}
      </td>
      <td role="cell" data-label="Asked by">
        {schedule ?? (requested_by === "http" ? "a caller" : requested_by)}
      </td>
      <td role="cell" data-label="Download">
        {file && (
          <button type="button" onClick={() => onDownload(made)}>
            Download
            <span class="visually-hidden">
              {" "}
              {`${report} ${format}, ${dayRange(parameters.start_date, parameters.end_date)}`}
            </span>
          </button>
        )}
      </td>
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
  );
}
