import { type DownloadLink, type Export, type ExportOrder, isPublished, type PublishedExport } from "../core/export.ts";
import type { OnceNeeds } from "../core/export-once.ts";
import { type ExportReportNeeds, exportReport } from "../core/export-report.ts";
import { exportFields } from "../core/export-telemetry.ts";
import { stopwatch } from "../core/stopwatch.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { exportAddress, makeOnce, orderOf } from "./requested-export.ts";

export interface MakeNowNeeds extends ExportReportNeeds, OnceNeeds {
  readonly workspaces: { has(id: number): boolean };
  readonly linkTo: (made: PublishedExport) => Promise<DownloadLink>;
}

/** Makes one export while the caller waits, once for an `Idempotency-Key`, and answers with a link to its file. */
export async function makeNow(
  request: HttpRequest,
  file: Pick<ExportOrder, "report" | "format">,
  needs: MakeNowNeeds,
): Promise<HttpResponse> {
  const order = orderOf(request, file, needs.workspaces);
  const { phases, timed } = stopwatch(needs.now);
  const { findPublished, publish, writeRecord } = needs.store;
  const timedNeeds = {
    ...needs,
    downloadReport: timed("download", needs.downloadReport),
    store: { findPublished, publish: timed("publish", publish), writeRecord: timed("record", writeRecord) },
  };
  const make = (id: string, isFirst: boolean) => exportReport({ id, isFirst }, order, request.deadline, timedNeeds);
  const answerWith = (found: Export) => (isPublished(found) ? found : undefined);
  const made = await makeOnce(request, { order, make, answerWith }, needs).finally(() => request.note(phases));
  request.note(exportFields(made));
  return json(201, { ...made, ...(await needs.linkTo(made)) }, { location: exportAddress(request, made) });
}
