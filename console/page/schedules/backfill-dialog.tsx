import { useState } from "preact/hooks";
import type { Run, Schedule } from "../../../api/schedule.ts";
import { type BackfillPlan, exportsToMake, queueBackfill } from "../../../client/backfill.ts";
import { callConsole, callWorkspace } from "../call-console.ts";
import { Dialog } from "../dialog.tsx";
import { formDays } from "../exports/form-period.ts";
import { takeQueued } from "../exports/known-exports.ts";
import { StatusBadge } from "../exports/status-badge.tsx";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { count, dayRange, onOwnClock, priceSentence, viewersZone } from "../wording.ts";
import { useExportsDone } from "./use-exports-done.ts";

interface BackfillDialogProps {
  readonly workspaceId: number;
  readonly schedule: Schedule;
  readonly onClose: () => void;
}

/** Makes a schedule's files for the past, after showing what that costs. */
export function BackfillDialog({ workspaceId, schedule: { name }, onClose }: BackfillDialogProps) {
  const [span, setSpan] = useState(thisYear);
  const [plan, setPlan] = useState<BackfillPlan>();
  const [problem, setProblem] = useState<Problem>();
  const [queued, setQueued] = useState<readonly string[]>();
  const [isBusy, setBusy] = useState(false);

  const busyWith = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    await work().catch((error) => setProblem(problemOfError(error)));
    setBusy(false);
  };
  const price = async () => {
    const body = { workspace_id: workspaceId, schedule: name, ...span };
    setPlan(await callConsole<BackfillPlan>("/console/backfill-plan", { method: "POST", body }));
  };
  const begin = async () => {
    if (!plan) return;
    await queueBackfill(plan, async (body) => {
      const { exports } = await callWorkspace<Run>(workspaceId, `schedules/${name}/runs`, { method: "POST", body });
      takeQueued(workspaceId, exports);
    });
    setQueued(exportsToMake(plan));
  };
  const changeSpan = (change: Partial<typeof span>) => {
    setSpan({ ...span, ...change });
    setPlan(undefined); // its price is no longer this span's
  };
  return (
    <Dialog title={`Backfill ${name}`} onClose={onClose}>
      {queued ? (
        <BackfillProgress workspaceId={workspaceId} ids={queued} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            busyWith(plan ? begin : price);
          }}
        >
          <div class="fields">
            <SpanField label="From" value={span.from} onInput={(from) => changeSpan({ from })} />
            <SpanField label="To" value={span.to} onInput={(to) => changeSpan({ to })} />
          </div>
          <p role="status" class="price">
            {plan && priceSentence(plan)}
          </p>
          <ProblemAlert problem={problem} />
          <p class="actions">
            <button type="submit" class="primary" disabled={isBusy || plan?.toggl_requests === 0}>
              {plan ? `Start, for ${count(plan.toggl_requests, "request")}` : "Show the price"}
            </button>
          </p>
        </form>
      )}
    </Dialog>
  );
}

function SpanField({ label, value, onInput }: { label: string; value: string; onInput: (value: string) => void }) {
  return (
    <label>
      <span>{label}</span>
      <input type="date" required value={value} onInput={({ currentTarget }) => onInput(currentTarget.value)} />
    </label>
  );
}

/** Until today on the viewer's calendar. */
function thisYear(): { from: string; to: string } {
  const days = formDays({ period: "year-to-date", values: {} }, Date.now(), viewersZone());
  return { from: days.start_date, to: days.end_date };
}

const nothing = () => {};

/** How far a backfill is. */
function BackfillProgress({ workspaceId, ids }: { workspaceId: number; ids: readonly string[] }) {
  const { done, failed, current, problem, isWaiting } = useExportsDone(workspaceId, ids, nothing);
  return (
    <>
      <p>
        <progress max={ids.length} value={done} aria-label="Files made" />
      </p>
      <p role="status">
        {done} of {count(ids.length, "file")} done{failed.length > 0 && `, ${failed.length} failed`}.{" "}
        {current && <StatusBadge made={current} />}
        {isWaiting ? " It goes on by itself, also if you close the dialog." : " That was all."}
      </p>
      <ProblemAlert problem={problem} />
      {failed.length > 0 && (
        <ul class="errors">
          {failed.map(({ id, parameters, format, problem: why }) => (
            <li key={id}>
              {dayRange(parameters.start_date, parameters.end_date)}, {format}: {why && onOwnClock(why.detail)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
