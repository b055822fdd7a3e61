import { askedBy } from "../../../api/callers.ts";
import type { Export, ExportFields } from "../../../api/export.ts";
import { isExportReport } from "../../../api/reports.ts";
import { isUnderWay } from "../../../api/statuses.ts";
import { bytes, count, dayRange, moment, onOwnClock, reportName } from "../wording.ts";
import { restatementText } from "./export-details.tsx";
import { timeOf } from "./known-exports.ts";
import { type NamesByKind, orderWords } from "./order-words.ts";
import { StatusBadge } from "./status-badge.tsx";

interface ExportsTableProps {
  readonly exports: readonly Export[];
  readonly names: NamesByKind;
  /** The address of an export's own page. */
  readonly addressOf: (made: Export) => string;
  readonly onDownload: (made: Export) => void;
  readonly onRunAgain: (made: Export) => void;
}

const columns = ["Report", "Status", "File", "When", "Asked by", "Actions"];

/** The history. On a narrow screen each row is a card, so the roles that a table has by itself are said. */
export function ExportsTable({ exports, ...row }: ExportsTableProps) {
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
    <table class="cards exports" role="table">
      <caption class="visually-hidden">Exports: what is under way first, then the newest</caption>
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
          <ExportRow key={made.id} made={made} {...row} />
        ))}
      </tbody>
    </table>
    // biome-ignore-end lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
  );
}

function ExportRow({
  made,
  names,
  addressOf,
  onDownload,
  onRunAgain,
}: Omit<ExportsTableProps, "exports"> & { readonly made: Export }) {
  const { report, format, parameters } = made;
  const { file, warnings = [], unchanged }: ExportFields = made;
  const notes = [restatementText(made) && (unchanged ? "unchanged" : "restated"), ...warnings.map(() => "warning")];
  const days = dayRange(parameters.start_date, parameters.end_date);
  const meant = <span class="visually-hidden"> {`${reportName(report)} ${format}, ${days}`}</span>;
  return (
    // biome-ignore-start lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
    <tr role="row" data-export={made.id}>
      <th scope="row" role="rowheader">
        <a class="report" href={addressOf(made)}>
          {reportName(report)}
        </a>{" "}
        <span class="format">{format.toUpperCase()}</span>
        <span class="line">{days}</span>
        <span class="line">{orderWords(made, names).join(" · ")}</span>
      </th>
      <td role="cell" data-label="Status">
        <StatusBadge made={made} />
        {made.status === "failed" && <span class="line error">{onOwnClock(made.problem.detail)}</span>}
        {made.status === "deferred" && made.problem && <span class="line">{made.problem.title}</span>}
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
      <td role="cell" data-label="When">
        <Moment at={timeOf(made)} /> {isUnderWay(made) && <span class="line">asked for</span>}
      </td>
      <td role="cell" data-label="Asked by">
        {askedBy(made)}
      </td>
      <td role="cell" data-label="Actions">
        <span class="row-actions">
          {file && (
            <button type="button" onClick={() => onDownload(made)}>
              Download{meant}
            </button>
          )}
          {isExportReport(made.report) && (
            <button type="button" onClick={() => onRunAgain(made)}>
              Run again{meant}
            </button>
          )}
        </span>
      </td>
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: styling a table as cards takes its roles away
  );
}

/** A day, and a time with its zone: only between them may the line end. */
function Moment({ at }: { readonly at: string }) {
  const [day, time] = moment(at).split(/(?<=,) /);
  return (
    <time dateTime={at}>
      <span class="unbroken">{day}</span> <span class="unbroken">{time}</span>
    </time>
  );
}
