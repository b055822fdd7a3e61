import type { Schedule, ScheduleRun } from "../../../api/schedule.ts";
import { StatusBadge } from "../exports/status-badge.tsx";
import { dayRange, isSameClock, moment, reportName, sentenceCase } from "../wording.ts";
import { RunNow } from "./run-now.tsx";

interface ScheduleCardProps {
  readonly workspaceId: number;
  readonly schedule: Schedule;
  readonly onRun: () => void;
  readonly onBackfill: () => void;
}

/** One schedule: what it makes, when, and what one can do with it. */
export function ScheduleCard({ workspaceId, schedule, onRun, onBackfill }: ScheduleCardProps) {
  const { name, report, formats, cron, rate, time_zone, enabled, period, refresh_previous, next_run_at } = schedule;
  const last = schedule.last_run;
  return (
    <article class="panel schedule" aria-labelledby={`schedule-${name}`}>
      <div class="section-head">
        <h2 id={`schedule-${name}`}>{name}</h2>
        <span class={`badge ${enabled ? "succeeded" : "deferred"}`}>{enabled ? "On" : "Paused"}</span>
      </div>
      <p>
        {reportName(report)}, {sentenceCase(period).toLowerCase()} as{" "}
        {formats.map((format) => format.toUpperCase()).join(" and ")}
        {refresh_previous > 0 && `, and the ${refresh_previous} before it again`}
      </p>
      <dl class="details">
        <div>
          <dt>Next run</dt>
          <dd>
            {next_run_at ? <ZonedMoment at={next_run_at} zone={time_zone} /> : enabled ? "not known yet" : "paused"}
          </dd>
        </div>
        <div>
          <dt>Last run</dt>
          <dd>
            {last ? (
              <>
                <ZonedMoment at={last.occurrence} zone={time_zone} />
                <span class="line">
                  <StatusBadge made={last} /> <span class="unbroken">{dayRange(last.from_date, last.to_date)}</span>
                  {countsOf(last)}
                </span>
              </>
            ) : (
              "none yet"
            )}
          </dd>
        </div>
        <div>
          <dt>Runs</dt>
          <dd>
            <code>{cron ? `cron(${cron})` : `rate(${rate})`}</code> <span class="zone">{time_zone}</span>
          </dd>
        </div>
      </dl>
      <RunNow workspaceId={workspaceId} name={name} onRun={onRun}>
        <button type="button" onClick={onBackfill}>
          Backfill…<span class="visually-hidden"> {name}</span>
        </button>
        <a href={`#/exports?workspace=${workspaceId}&schedule=${encodeURIComponent(name)}`}>
          Its exports<span class="visually-hidden"> ({name})</span>
        </a>
      </RunNow>
    </article>
  );
}

/** How many of all that a run makes, earlier periods too, came to something that people have to know of. */
function countsOf({ restated, deferred, failed }: ScheduleRun): string {
  const counts = Object.entries({ restated, waiting: deferred, failed });
  return counts.flatMap(([what, count]) => (count > 0 ? `, ${count} ${what}` : [])).join("");
}

/** A moment on the viewer's clock, and on the schedule's where that shows another time. */
function ZonedMoment({ at, zone }: { at: string; zone: string }) {
  return (
    <time dateTime={at}>
      {moment(at)}
      {!isSameClock(at, zone) && (
        <span class="line">
          {moment(at, zone)} <span class="zone">{zone}</span>
        </span>
      )}
    </time>
  );
}
