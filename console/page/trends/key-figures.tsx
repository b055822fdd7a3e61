import { type DailySeconds, directionOf, missingDays, type TrendSummary } from "../../../client/trend-summary.ts";
import { changeShare, count, hours, hoursChange } from "../wording.ts";

/** The few numbers that one comes for. They keep their place while they are asked for. */
export function KeyFigures({ summary }: { summary: TrendSummary | undefined }) {
  if (!summary) return <WaitingFigures />;
  const { overall, projects } = summary;
  const { current, previous, total, previousTotal, change, average, previousAverage } = overall;
  const going = (direction: string) => projects.filter((project) => directionOf(project.change) === direction).length;
  return (
    <dl class="figures">
      <div>
        <dt>Hours in the period</dt>
        <dd data-figure="total">{hours(total)}</dd>
        <MissingDays days={current} />
      </div>
      <div>
        <dt>Period before</dt>
        <dd data-figure="previous">{hours(previousTotal)}</dd>
        <MissingDays days={previous} />
      </div>
      <div>
        <dt>Change</dt>
        <dd class={directionOf(change)} data-figure="change">
          {changeShare(total, previousTotal)}
        </dd>
        {change !== null && <dd class="note">{hoursChange(change)}</dd>}
      </div>
      <div>
        <dt>Hours a day</dt>
        <dd>{hours(average)}</dd>
        <dd class="note">{changeShare(average, previousAverage)}</dd>
      </div>
      <div>
        <dt>Projects</dt>
        <dd>{projects.length}</dd>
        <dd class="note">
          {going("rise")} up, {going("fall")} down
        </dd>
      </div>
    </dl>
  );
}

function WaitingFigures() {
  return (
    <dl class="figures">
      {["Hours in the period", "Period before", "Change", "Hours a day", "Projects"].map((name) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>…</dd>
          <dd class="note" />
        </div>
      ))}
    </dl>
  );
}

/** Says so where a figure is of fewer days than it seems to be. */
function MissingDays({ days }: { days: DailySeconds }) {
  const missing = missingDays(days);
  return missing === 0 ? null : <dd class="note">{count(missing, "day")} without data</dd>;
}
