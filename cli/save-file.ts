import { randomUUID } from "node:crypto";
import { constants, createWriteStream } from "node:fs";
import { copyFile, link, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { ExportWithLink } from "../api/export.ts";
import { DownloadError } from "../client/api-problem.ts";
import { downloadOf } from "../client/download.ts";
import { Stopped } from "./exit-codes.ts";
import { onStop } from "./on-stop.ts";
import { checkSaveTarget } from "./save-target.ts";

/** How long a download may take, in milliseconds. */
const patienceMs = 300_000;

/**
 * Downloads an export's file by its link: whole and as the export says, or not at all. Never overwrites.
 * @returns the path
 * @throws DownloadError, UsageError if something is under this name by now, Stopped at Ctrl-C
 */
export async function saveFile(made: ExportWithLink, out: string | undefined): Promise<string> {
  const stop = new AbortController();
  const undo = onStop(() => stop.abort());
  const late = setTimeout(() => stop.abort(new DownloadError("It took too long.")), patienceMs);
  let partial: string | undefined;
  try {
    const { name, body } = await downloadOf(made, { signal: stop.signal });
    const path = out ?? name;
    checkSaveTarget(path);
    partial = `${path}.${randomUUID()}.partial`;
    await pipeline(Readable.fromWeb(body as ReadableStream), createWriteStream(partial, { flags: "wx" }));
    await publish(partial, path);
    return path;
  } catch (error) {
    if (stop.signal.aborted && !(stop.signal.reason instanceof DownloadError)) {
      throw new Stopped("Stopped: nothing was kept of the download.");
    }
    if (error instanceof DownloadError && partial !== undefined) error.message = `${error.message} Nothing was kept.`;
    throw error;
  } finally {
    clearTimeout(late);
    undo();
    if (partial !== undefined) await rm(partial, { force: true });
  }
}

/** Gives a whole file its name, unless something has it by now. Some file systems know no links: there it is copied. */
async function publish(partial: string, path: string): Promise<void> {
  try {
    await link(partial, path);
  } catch {
    checkSaveTarget(path);
    await copyFile(partial, path, constants.COPYFILE_EXCL);
  }
}
