import { askedBy } from "../../../api/callers.ts";
import type { Export, ExportFields } from "../../../api/export.ts";
import { statusMeanings } from "../../../api/statuses.ts";
import { bytes, count, dayRange, moment, onOwnClock } from "../wording.ts";
import { type NamesByKind, orderWords } from "./order-words.ts";
import { StatusBadge } from "./status-badge.tsx";

/** All that is known of an export. */
export function ExportDetails({ made, names }: { made: Export; names: NamesByKind }) {
  const { id, parameters, occurrence, created_at } = made;
  const { file, toggl, completed_at, problem, warnings = [], attempts }: ExportFields = made;
  return (
    <dl class="details">
      <Entry name="Status">
        <StatusBadge made={made} /> {statusMeanings[made.status]}
      </Entry>
      {problem && <Entry name="Problem">{onOwnClock(problem.detail)}</Entry>}
      <Entry name="Days">{dayRange(parameters.start_date, parameters.end_date)}</Entry>
      {orderWords(made, names).length > 0 && <Entry name="Asked for">{orderWords(made, names).join(" · ")}</Entry>}
      <Entry name="Asked by">{askedBy(made)}</Entry>
      <Entry name="Asked at">{moment(created_at)}</Entry>
      {occurrence && <Entry name="Due">{moment(occurrence)}</Entry>}
      {completed_at && <Entry name="Completed">{moment(completed_at)}</Entry>}
      {attempts !== undefined && attempts > 1 && <Entry name="Attempts">{attempts}</Entry>}
      {file && (
        <Entry name="File">
          {bytes(file.bytes)}
          {file.rows !== undefined && `, ${count(file.rows, "row")}`}
        </Entry>
      )}
      {toggl && <Entry name="Cost">{count(toggl.requests, "Toggl request")}</Entry>}
      {restatementText(made) && <Entry name="Compared">{restatementText(made)}</Entry>}
      {warnings.map(({ code, detail }) => (
        <Entry key={code} name="Warning">
          {detail}
        </Entry>
      ))}
      <Entry name="Sent to Toggl">
        <code>{JSON.stringify(parameters)}</code>
      </Entry>
      <Entry name="Export">{id}</Entry>
      {file && <Entry name="SHA-256">{file.sha256}</Entry>}
      {file && <Entry name="Lies at">{file.key}</Entry>}
    </dl>
  );
}

function Entry({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** How it compares with the earlier export of the same days; empty if there is nothing to say. */
export function restatementText({ restates, restatement, unchanged }: ExportFields): string {
  if (unchanged) return "The same content as before; the earlier file stands for it.";
  if (!restates) return "";
  if (!restatement) return `Restates ${restates}.`;
  const { added, removed, changed } = restatement;
  return `Restates ${restates}: ${count(changed, "row")} changed, ${added} added, ${removed} removed.`;
}
