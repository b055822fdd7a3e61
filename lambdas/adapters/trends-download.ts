import type { Deadline } from "../core/deadline.ts";
import type { Parameters } from "../core/parameters.ts";
import { trendsReport } from "../core/reports.ts";
import { singleFlight } from "./single-flight.ts";
import type { Toggl } from "./toggl-client.ts";
import { wholeBody } from "./whole-body.ts";

/** More could not be handed on anyway, even compressed. */
const mostMegabytes = 64;

/** Downloads project data trends, whole and unchanged; once for all who ask for the same at the same time. */
export function trendsDownload(toggl: Toggl) {
  const once = singleFlight<Buffer>();
  return (workspaceId: number, parameters: Parameters, deadline: Deadline): Promise<Buffer> =>
    once(JSON.stringify([workspaceId, parameters]), async () => {
      const request = { workspaceId, path: trendsReport, parameters };
      const { value } = await toggl.ask(request, (body) => wholeBody(body, mostMegabytes), deadline);
      return value;
    });
}
