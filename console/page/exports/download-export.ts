import type { ExportWithLink } from "../../../api/export.ts";
import { callWorkspace } from "../call-console.ts";
import { ProblemError } from "../problem.ts";
import { followDownload } from "../save-file.ts";

/**
 * Has the browser save an export's file, by a link that is made now: older ones are dead after a while.
 * @throws ProblemError
 */
export async function downloadExport(workspaceId: number, id: string): Promise<void> {
  const made = await callWorkspace<ExportWithLink>(workspaceId, `exports/${id}`);
  if (made.status === "succeeded") return followDownload(made.download_url);
  const detail = "The export has no file: make it again.";
  throw new ProblemError({ code: "export_not_found", title: "There is no file", detail, retryable: false });
}
