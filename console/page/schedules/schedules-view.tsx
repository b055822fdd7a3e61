import { useState } from "preact/hooks";
import type { ExportList } from "../../../api/export.ts";
import type { Schedule } from "../../../api/schedule.ts";
import { callWorkspace } from "../call-console.ts";
import { knownExports, nextQuestion, takeExports } from "../exports/known-exports.ts";
import { QuotaNote } from "../exports/quota-note.tsx";
import { useKnownExports } from "../exports/use-known-exports.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { useLoaded } from "../use-loaded.ts";
import type { ViewProps } from "../view-address.ts";
import { areShown } from "../wording.ts";
import { BackfillDialog } from "./backfill-dialog.tsx";
import { ScheduleCard } from "./schedule-card.tsx";

interface Schedules {
  readonly schedules: readonly Schedule[];
}

/** What is made by itself, when, and what it would cost to make it for the past. */
export function SchedulesView({ workspaceId }: ViewProps) {
  const key = String(workspaceId);
  const schedules = useLoaded(key, () => callWorkspace<Schedules>(workspaceId, "schedules"));
  const newest = useLoaded(key, async () => {
    const question = nextQuestion();
    const { exports } = await callWorkspace<ExportList>(workspaceId, "exports?limit=100");
    takeExports(workspaceId, exports, question);
  });
  useKnownExports();
  const [filling, setFilling] = useState<Schedule>();
  const reload = () => {
    schedules.reload();
    newest.reload();
  };
  const list = schedules.value?.schedules;
  return (
    <>
      <ProblemAlert problem={schedules.problem} onRetry={reload} />
      <p role="status" class={list ? "visually-hidden" : "loading"}>
        {list ? areShown(list.length, "schedule") : schedules.isLoading && "Loading the schedules…"}
      </p>
      {list?.length === 0 && (
        <p class="empty">This workspace has no schedules. They are set in insights.config.json (docs/schedules.md).</p>
      )}
      <div class="schedules">
        {list?.map((schedule) => (
          <ScheduleCard
            key={schedule.name}
            workspaceId={workspaceId}
            schedule={schedule}
            onRun={reload}
            onBackfill={() => setFilling(schedule)}
          />
        ))}
      </div>
      {list && <QuotaNote exports={knownExports(workspaceId)} />} {/* below, where it moves nothing when it comes */}
      {filling && (
        <BackfillDialog
          workspaceId={workspaceId}
          schedule={filling}
          onClose={() => {
            setFilling(undefined);
            reload();
          }}
        />
      )}
    </>
  );
}
