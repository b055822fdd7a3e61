import type { Deadline } from "../core/deadline.ts";
import { Failure } from "../core/failure.ts";
import type { Parameters } from "../core/parameters.ts";
import { trendsReport } from "../core/reports.ts";
import type { TogglBody } from "./toggl-body.ts";
import type { Toggl } from "./toggl-client.ts";

/** More could not be handed on anyway, even compressed. */
const mostBytes = 64 * 1024 * 1024;

/** Downloads project data trends, whole and unchanged. */
export function trendsDownload(toggl: Toggl) {
  return async (workspaceId: number, parameters: Parameters, deadline: Deadline): Promise<Buffer> => {
    const { value } = await toggl.ask({ workspaceId, path: trendsReport, parameters }, readAll, deadline);
    return value;
  };
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
