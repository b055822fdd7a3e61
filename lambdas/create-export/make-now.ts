import { type DownloadLink, type ExportOrder, isPublished, type PublishedExport } from "../core/export.ts";
import { newExportId } from "../core/export-id.ts";
import { exportOnce, type OnceNeeds } from "../core/export-once.ts";
import { type ExportReportNeeds, exportReport } from "../core/export-report.ts";
import { idempotencyKey } from "../core/idempotency.ts";
import { type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { exportAddress, orderOf } from "./order.ts";

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
  const key = idempotencyKey(request.header("idempotency-key"));
  const make = (id: string) => exportReport(id, order, request.deadline, needs);
  const made =
    key === undefined
      ? await make(newExportId(needs.now()))
      : await exportOnce({ key, order, make, answerWith: published }, request.deadline, needs);
  return json(201, { ...made, ...(await needs.linkTo(made)) }, { location: exportAddress(request, made) });
}

const published = (found: Parameters<typeof isPublished>[0]) => (isPublished(found) ? found : undefined);
