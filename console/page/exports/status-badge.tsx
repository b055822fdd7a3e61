import { moment } from "../wording.ts";
import type { ExportAnswer } from "./export-answer.ts";

const words: Record<ExportAnswer["status"], string> = {
  queued: "Queued",
  running: "Being made",
  deferred: "Waits for quota",
  succeeded: "Made",
  failed: "Failed",
};

export function StatusBadge({ status, resumes_at }: Pick<ExportAnswer, "status" | "resumes_at">) {
  return (
    <span class={`badge ${status}`}>
      {words[status]}
      {status === "deferred" && resumes_at && ` until ${moment(resumes_at)}`}
    </span>
  );
}
