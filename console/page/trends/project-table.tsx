import { directionOf, type ProjectTrend, type TrendSummary } from "../../../client/trend-summary.ts";
import { changeShare, hours, hoursChange } from "../wording.ts";

/** Every project with its figures, also for people who cannot see the charts. */
export function ProjectTable({
  projects,
  overall,
}: {
  projects: readonly ProjectTrend[];
  overall: TrendSummary["overall"];
}) {
  return (
    <section class="panel">
      <h2>All projects</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
      <section class="scroll" tabIndex={0} aria-label="All projects, as a table">
        <table class="totals">
          <caption class="visually-hidden">Hours of each project in both periods</caption>
          <thead>
            <tr>
              <th scope="col">Project</th>
              <th scope="col">Hours</th>
              <th scope="col">Before</th>
              <th scope="col">Change</th>
              <th scope="col">%</th>
            </tr>
          </thead>
          <tbody>
            {projects.map((project) => (
              <Figures key={project.id} name={project.name} trend={project} />
            ))}
          </tbody>
          <tfoot>
            <Figures name="All projects" trend={overall} />
          </tfoot>
        </table>
      </section>
    </section>
  );
}

function Figures({ name, trend }: { name: string; trend: TrendSummary["overall"] }) {
  const { total, previousTotal, change } = trend;
  const direction = directionOf(change);
  return (
    <tr>
      <th scope="row">
        <span class="clamped" title={name}>
          {name}
        </span>
      </th>
      <td>{hours(total)}</td>
      <td>{hours(previousTotal)}</td>
      <td class={direction}>{hoursChange(change)}</td>
      <td class={direction}>{changeShare(total, previousTotal)}</td>
    </tr>
  );
}
