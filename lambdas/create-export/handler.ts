import { Failure } from "../core/failure.ts";
import type { ExportFormat, ExportReport } from "../core/reports.ts";
import { exportFormats, exportReports } from "../core/reports.ts";
import type { HttpHandler } from "../http/http.ts";
import { prefers } from "../http/prefer.ts";
import { type MakeNowNeeds, makeNow } from "./make-now.ts";
import { type QueueExportNeeds, queueExport } from "./queue-export.ts";
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
