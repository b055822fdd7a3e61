import { Failure } from "../core/failure.ts";
import type { TogglBody } from "./toggl-body.ts";

/**
 * A body that is small enough to be held in memory.
 * @throws Failure `toggl_file_too_large`
 */
export async function wholeBody(body: TogglBody, mostMegabytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of body) {
    pieces.push(piece);
    bytes += piece.length;
    if (bytes > mostMegabytes * 1024 ** 2) {
      const detail = `Toggl's answer is larger than ${mostMegabytes} MB. Ask for less.`;
      throw new Failure("toggl_file_too_large", detail);
    }
  }
  return Buffer.concat(pieces);
}
