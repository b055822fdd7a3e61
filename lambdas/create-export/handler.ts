import type { DownloadLink, Export, ExportOrder, SucceededExport } from "../../api/export.ts";
import { type ExportFormat, type ExportReport, exportFormats, exportReports } from "../../api/reports.ts";
import { isPublished } from "../core/exports/export.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import type { OnceNeeds } from "../core/exports/idempotency.ts";
import { makeExportNow } from "../core/exports/make-file.ts";
import { Failure } from "../core/failure.ts";
import { stopwatch } from "../core/telemetry.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { type QueueExportNeeds, queueExport } from "./queue-export.ts";
import { callerIn, exportAddress, makeOnce, orderOf } from "./requested-export.ts";
import { type RunScheduleNeeds, runSchedule } from "./run-schedule.ts";

type CreateExportNeeds = MakeNowNeeds & QueueExportNeeds & RunScheduleNeeds;

/** Makes an export: while the caller waits or in the background; or runs a schedule now. */
export function createExport(needs: CreateExportNeeds): HttpHandler {
  return async (request) => {
    if (request.route.endsWith("/schedules/{name}/runs")) return runSchedule(request, needs);
    const file = fileOf(request.route);
    return prefers(request, "respond-async") ? queueExport(request, file, needs) : makeNow(request, file, needs);
  };
}

/** The report and format that stand at the end of the route. */
function fileOf(route: string): { report: ExportReport; format: ExportFormat } {
  for (const report of exportReports) {
    for (const format of exportFormats) {
      if (route.endsWith(`/${report}.${format}`)) return { report, format };
    }
  }
  throw new Failure("route_not_found", `No report is at ${route}.`);
}

type ExportNowNeeds = Parameters<typeof makeExportNow>[3];

interface MakeNowNeeds extends ExportNowNeeds, OnceNeeds {
  readonly workspaces: { has(id: number): boolean };
  readonly linkTo: (record: SucceededExport) => Promise<DownloadLink>;
}

/** Makes one export while the caller waits, once for an `Idempotency-Key`, and answers with a link to its file. */
async function makeNow(
  request: HttpRequest,
  file: Pick<ExportOrder, "report" | "format">,
  needs: MakeNowNeeds,
): Promise<HttpResponse> {
  const order = orderOf(request, file, needs.workspaces);
  const { phases, timed } = stopwatch(needs.now);
  const timedNeeds = {
    ...needs,
    downloadReport: timed("download", needs.downloadReport),
    publish: timed("publish", needs.publish),
    writeRecord: timed("record", needs.writeRecord),
  };
  const make = (id: string, isFirst: boolean) =>
    makeExportNow({ id, isFirst, ...callerIn(request) }, order, request.deadline, timedNeeds);
  const answerWith = (found: Export) => (isPublished(found) ? found : undefined);
  const record = await makeOnce(request, { order, make, answerWith }, needs).finally(() => request.note(phases));
  request.note(exportFields(record));
  return json(201, { ...record, ...(await needs.linkTo(record)) }, { location: exportAddress(request, record) });
}

/**
 * Whether the caller's `Prefer` header (RFC 7240) holds this preference, such as `respond-async`: as one of a list, in
 * any case, with or without parameters. A preference with a value is another one, and the first of a name counts.
 */
export function prefers(request: HttpRequest, preference: string): boolean {
  const first = preferencesIn(request.header("prefer") ?? "").find(({ name }) => name === preference);
  return first !== undefined && first.value === "";
}

const token = "[!#$%&'*+.^_`|~\\w-]+";
const quoted = '"(?:[^"\\\\]|\\\\.)*"';

/** `name`, `name=value` or `name="value"`, and parameters behind semicolons. */
const preferencePattern = new RegExp(
  `^(${token})(?:\\s*=\\s*(${token}|${quoted}))?(?:\\s*;(?:\\s*${token}(?:\\s*=\\s*(?:${token}|${quoted}))?)?)*$`,
);

/** The preferences in the order that they were sent; what is not one is ignored, as the RFC says. */
function preferencesIn(header: string): { name: string; value: string }[] {
  const entries = header.match(new RegExp(`(?:${quoted}|[^,"]|")+?(?=,|$)`, "g")) ?? [];
  return entries.flatMap((entry) => {
    const [, name, value = ""] = preferencePattern.exec(entry.trim()) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), value: value === '""' ? "" : value }];
  });
}
