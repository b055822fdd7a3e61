import { changeShare, hours, hoursChange } from "../wording.ts";
import type { TrendSummary } from "./trend-summary.ts";

/** The few numbers that one comes for. */
export function KeyFigures({ overall, projects }: TrendSummary) {
  const { total, previousTotal, change } = overall;
  const direction = change > 0 ? "rise" : change < 0 ? "fall" : "";
  const rising = projects.filter((project) => project.change > 0).length;
  const falling = projects.filter((project) => project.change < 0).length;
  return (
    <dl class="figures">
      <div>
        <dt>Hours in the period</dt>
        <dd data-figure="total">{hours(total)}</dd>
      </div>
      <div>
        <dt>Period before</dt>
        <dd data-figure="previous">{hours(previousTotal)}</dd>
      </div>
      <div>
        <dt>Change</dt>
        <dd class={direction} data-figure="change">
          {changeShare(total, previousTotal)}
        </dd>
        <dd class="note">{hoursChange(change)}</dd>
      </div>
      <div>
        <dt>Projects</dt>
        <dd>{projects.length}</dd>
        <dd class="note">
          {rising} up, {falling} down
        </dd>
      </div>
    </dl>
  );
}
