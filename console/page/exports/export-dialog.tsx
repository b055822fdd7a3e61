import { useState } from "preact/hooks";
import type { Export } from "../../../api/export.ts";
import { callConsole, callWorkspace } from "../call-console.ts";
import { Dialog } from "../dialog.tsx";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { useLoaded } from "../use-loaded.ts";
import { ExportForm, lastMonthInDollars } from "./export-form.tsx";
import { ExportProgress } from "./export-progress.tsx";
import type { ExportOrder } from "./form-body.ts";
import type { OpenApi } from "./form-fields.ts";

interface ExportDialogProps {
  readonly workspaceId: number;
  /** Called when an export was queued, and when it is made or has failed. */
  readonly onChange: () => void;
  readonly onClose: () => void;
}

/** Makes an export in the background, and shows what becomes of it. */
export function ExportDialog({ workspaceId, onChange, onClose }: ExportDialogProps) {
  const openApi = useLoaded("openapi", () => callConsole<OpenApi>("/api/openapi.json"));
  const [queued, setQueued] = useState<Export>();
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const [filledIn, setFilledIn] = useState(lastMonthInDollars); // it is there again after an export was looked at
  const [key] = useState(() => keyedByOrder());

  const send = async ({ file, body }: ExportOrder) => {
    setSending(true);
    setProblem(undefined);
    const headers = { prefer: "respond-async", "idempotency-key": key({ file, body }) };
    await callWorkspace<Export>(workspaceId, file, { method: "POST", body, headers }).then(
      (answer) => {
        setQueued(answer);
        onChange();
      },
      (error) => setProblem(problemOfError(error)),
    );
    setSending(false);
  };
  return (
    <Dialog title="Make an export" onClose={onClose}>
      <ProblemAlert problem={openApi.problem} onRetry={openApi.reload} />
      {openApi.isLoading && <p class="loading">Loading what can be made…</p>}
      {queued ? (
        <ExportProgress
          workspaceId={workspaceId}
          queued={queued}
          onDone={onChange}
          onAnother={() => setQueued(undefined)}
        />
      ) : (
        openApi.value && (
          <ExportForm
            openApi={openApi.value}
            filledIn={filledIn}
            onFillIn={setFilledIn}
            problem={problem}
            isSending={isSending}
            onSend={send}
          />
        )
      )}
    </Dialog>
  );
}

/** The same order keeps its key: sent again after a lost connection, it makes no second export. */
function keyedByOrder() {
  let [last, key] = ["", ""];
  return (order: ExportOrder): string => {
    const text = JSON.stringify(order);
    if (text !== last) [last, key] = [text, crypto.randomUUID()];
    return key;
  };
}
