import type { Export, ExportOrder } from "../../api/export.ts";
import { type ExportFormat, type ExportReport, exportFormats, exportReports } from "../../api/reports.ts";
import { isPublished } from "../core/exports/export.ts";
import { exportFields } from "../core/exports/export-telemetry.ts";
import { makeExportNow } from "../core/exports/make-file.ts";
import { Failure } from "../core/failure.ts";
import type { Using } from "../core/ports/ports.ts";
import { stopwatch } from "../core/telemetry.ts";
import { type HttpHandler, type HttpRequest, type HttpResponse, json } from "../http/http.ts";
import { queueExport } from "./queue-export.ts";
import { acceptColumns, rebuildSchedule } from "./rebuild-schedule.ts";
import { callerIn, exportAddress, makeOnce, orderOf } from "./requested-export.ts";
import { runSchedule } from "./run-schedule.ts";

type CreatePorts = Using<{
  configuration: "workspaces" | "schedules";
  exports: "find" | "create" | "write" | "publish" | "findPublished" | "link";
  toggl: "report";
  current: "read";
  coordination: "claims" | "orders" | "quota";
  queue: "send";
  clock: "now" | "sleep";
}>;

/** Makes an export: while the caller waits or in the background; or runs a schedule now. */
export function createExport(ports: CreatePorts): HttpHandler {
  return async (request) => {
    if (request.route.endsWith("/schedules/{name}/runs")) return runSchedule(request, ports);
    if (request.route.endsWith("/schedules/{name}/rebuild")) return rebuildSchedule(request, ports);
    if (request.route.endsWith("/schedules/{name}/accept-columns")) return acceptColumns(request, ports);
    const file = fileOf(request.route);
    return prefers(request, "respond-async") ? queueExport(request, file, ports) : makeNow(request, file, ports);
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

/** Makes one export while the caller waits, once for an `Idempotency-Key`, and answers with a link to its file. */
async function makeNow(
  request: HttpRequest,
  file: Pick<ExportOrder, "report" | "format">,
  ports: CreatePorts,
): Promise<HttpResponse> {
  const order = orderOf(request, file, ports.configuration.workspaces);
  const { phases, timed } = stopwatch(ports.clock.now);
  const timedPorts = {
    ...ports,
    toggl: timed(ports.toggl, { report: "download" }),
    exports: timed(ports.exports, { publish: "publish", write: "record" }),
  };
  const make = (id: string, isFirst: boolean) =>
    makeExportNow({ id, isFirst, ...callerIn(request) }, order, request.deadline, timedPorts);
  const answerWith = (found: Export) => (isPublished(found) ? found : undefined);
  const record = await makeOnce(request, { order, make, answerWith }, ports).finally(() => request.note(phases));
  request.note(exportFields(record));
  return json(201, { ...record, ...(await ports.exports.link(record)) }, { location: exportAddress(request, record) });
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
