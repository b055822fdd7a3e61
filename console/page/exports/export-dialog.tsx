import { useState } from "preact/hooks";
import type { Export } from "../../../api/export.ts";
import { callConsole, callWorkspace } from "../call-console.ts";
import { Dialog } from "../dialog.tsx";
import { type Problem, problemOfError } from "../problem.ts";
import { ProblemAlert } from "../problem-alert.tsx";
import { useLoaded } from "../use-loaded.ts";
import { ExportForm } from "./export-form.tsx";
import { ExportProgress } from "./export-progress.tsx";
import type { ExportOrder } from "./form-body.ts";
import type { OpenApi } from "./form-fields.ts";
import { type FilledIn, formAsLeft, formLike, leaveForm, usedCurrencies } from "./form-state.ts";
import { knownExports, takeQueued } from "./known-exports.ts";
import { keepCurrency, lastCurrency } from "./last-currency.ts";
import type { NamesByKind } from "./order-words.ts";

interface ExportDialogProps {
  readonly workspaceId: number;
  /** The export that is to be made again; its values stand in the form. */
  readonly like: Export | undefined;
  readonly names: NamesByKind;
  readonly onClose: () => void;
}

/** Makes an export in the background, and shows what becomes of it. */
export function ExportDialog({ workspaceId, like, names, onClose }: ExportDialogProps) {
  const openApi = useLoaded("openapi", () => callConsole<OpenApi>("/api/openapi.json"));
  const [queued, setQueued] = useState<Export>();
  const [problem, setProblem] = useState<Problem>();
  const [isSending, setSending] = useState(false);
  const [filledIn, setFilledIn] = useState(() => (like ? formLike(like) : formAsLeft(workspaceId, lastCurrency())));
  const [keys] = useState(() => keyedByOrder());

  const fillIn = (change: (before: FilledIn) => FilledIn) =>
    setFilledIn((before) => {
      const after = change(before);
      leaveForm(workspaceId, after);
      return after;
    });
  const send = async ({ file, body }: ExportOrder) => {
    setSending(true);
    setProblem(undefined);
    if (typeof body.currency === "string") keepCurrency(body.currency);
    const headers = { prefer: "respond-async", "idempotency-key": keys.keyOf({ file, body }) };
    await callWorkspace<Export>(workspaceId, file, { method: "POST", body, headers }).then(
      (answer) => {
        takeQueued(workspaceId, [answer]);
        setQueued(answer);
      },
      (error) => setProblem(problemOfError(error)),
    );
    setSending(false);
  };
  /** Back to the form, with what was filled in and why it failed. */
  const back = (made: Export) => {
    setProblem(made.status === "failed" ? made.problem : undefined);
    keys.forget(); // whoever sends it once more wants another one
    setQueued(undefined);
  };
  return (
    <Dialog title={like ? "Make an export again" : "Make an export"} onClose={onClose}>
      <ProblemAlert problem={openApi.problem} onRetry={openApi.reload} />
      {openApi.isLoading && <p class="loading">Loading what can be made…</p>}
      {queued ? (
        <ExportProgress workspaceId={workspaceId} queued={queued} onBack={back} />
      ) : (
        openApi.value && (
          <ExportForm
            openApi={openApi.value}
            filledIn={filledIn}
            onFillIn={fillIn}
            names={names}
            usedCurrencies={usedCurrencies(knownExports(workspaceId))}
            isAgain={like !== undefined}
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
  return {
    keyOf(order: ExportOrder): string {
      const text = JSON.stringify(order);
      if (text !== last) [last, key] = [text, crypto.randomUUID()];
      return key;
    },
    forget() {
      last = "";
    },
  };
}
