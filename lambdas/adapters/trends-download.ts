import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";
import type { Parameters } from "../core/parameters.ts";
import { trendsReport } from "../core/reports.ts";
import { singleFlight } from "./single-flight.ts";
import type { TogglBody } from "./toggl-body.ts";
import type { Toggl } from "./toggl-client.ts";

/** More could not be handed on anyway, even compressed. */
const mostBytes = 64 * 1024 * 1024;

/** Downloads project data trends, whole and unchanged; once for all who ask for the same at the same time. */
export function trendsDownload(toggl: Toggl) {
  const once = singleFlight<Buffer>();
  return (workspaceId: number, parameters: Parameters, deadline: Deadline): Promise<Buffer> =>
    once(JSON.stringify([workspaceId, parameters]), async () => {
      const { value } = await toggl.ask({ workspaceId, path: trendsReport, parameters }, readAll, deadline);
      return value;
    });
}

async function readAll(body: TogglBody): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > mostBytes)
      throw new Failure("toggl_file_too_large", "Toggl's answer is larger than 64 MB. Ask for less.");
  }
  return Buffer.concat(pieces);
}
