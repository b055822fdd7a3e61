import type { Export, ExportFields } from "../../../api/export.ts";
import { count, moment } from "../wording.ts";

/** All that is known of an export beside what its row says. */
export function ExportDetails({ made }: { made: Export }) {
  const { id, parameters, occurrence } = made;
  const { file, toggl, completed_at, problem, warnings = [] }: ExportFields = made;
  return (
    <details class="more">
      <summary>
        Details<span class="visually-hidden"> of export {id}</span>
      </summary>
      <dl class="details">
        <Entry name="Export">{id}</Entry>
        <Entry name="Asked Toggl for">{parametersText(parameters)}</Entry>
        {occurrence && <Entry name="Due">{moment(occurrence)}</Entry>}
        {completed_at && <Entry name="Completed">{moment(completed_at)}</Entry>}
        {file && <Entry name="SHA-256">{file.sha256}</Entry>}
        {file && <Entry name="Lies at">{file.key}</Entry>}
        {toggl && <Entry name="Cost">{count(toggl.requests, "Toggl request")}</Entry>}
        {restatementText(made) && <Entry name="Compared">{restatementText(made)}</Entry>}
        {warnings.map(({ code, detail }) => (
          <Entry key={code} name="Warning">
            {detail}
          </Entry>
        ))}
        {problem && <Entry name="Problem">{problem.detail}</Entry>}
      </dl>
    </details>
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

function parametersText(parameters: Export["parameters"]): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}: ${Array.isArray(value) ? value.map(String).join(", ") : value}`)
    .join(" · ");
}
