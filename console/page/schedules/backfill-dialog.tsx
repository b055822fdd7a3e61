import { useState } from "preact/hooks";
import { callConsole, callWorkspace } from "../call-console.ts";
import { Dialog } from "../dialog.tsx";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { count } from "../wording.ts";
import { type BackfillPlan, priceSentence } from "./backfill-plan.ts";
import { BackfillProgress } from "./backfill-progress.tsx";
import type { ScheduleAnswer } from "./schedule-answer.ts";

interface BackfillDialogProps {
  readonly workspaceId: number;
  readonly schedule: ScheduleAnswer;
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
    for (const { occurrence } of plan?.occurrences ?? []) {
      const body = { occurrence, refresh: false };
      await callWorkspace(workspaceId, `schedules/${name}/runs`, { method: "POST", body });
    }
    setQueued(plan?.occurrences.flatMap(({ export_ids }) => export_ids));
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
            <button type="submit" class="primary" disabled={isBusy || plan?.requests === 0}>
              {plan ? `Start, for ${count(plan.requests, "request")}` : "Show the price"}
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

function thisYear(): { from: string; to: string } {
  const today = new Date().toISOString().slice(0, 10);
  return { from: `${today.slice(0, 4)}-01-01`, to: today };
}
