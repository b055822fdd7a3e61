import { createHash, randomUUID } from "node:crypto";
import { constants, createWriteStream } from "node:fs";
import { copyFile, link, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { ExportWithLink } from "../api/export.ts";
import { DownloadError, Stopped } from "./exit-codes.ts";
import { onStop } from "./on-stop.ts";
import { checkSaveTarget, safeFileName } from "./save-target.ts";

const patienceMs = 300_000;

/**
 * Downloads an export's file by its link: whole and as the export says, or not at all. Never overwrites.
 * @returns the path
 * @throws DownloadError, UsageError if something is under this name by now, Stopped at Ctrl-C
 */
export async function saveFile(made: ExportWithLink, out: string | undefined): Promise<string> {
  if (made.status !== "succeeded") throw new DownloadError("The export has no file.");
  const { file, download_url } = made;
  const stop = new AbortController();
  const undo = onStop(() => stop.abort());
  let partial: string | undefined;
  try {
    const response = await fetch(download_url, { signal: AbortSignal.any([stop.signal, patience()]) });
    if (!response.ok || !response.body) throw new DownloadError(`S3 answered ${response.status}.`);
    const path = out ?? safeFileName(nameIn(response.headers.get("content-disposition")), made);
    checkSaveTarget(path);
    partial = `${path}.${randomUUID()}.partial`;
    const sha256 = await write(Readable.fromWeb(response.body as ReadableStream), partial);
    if (sha256 !== file.sha256) {
      throw new DownloadError(`Its SHA-256 is ${sha256}, not ${file.sha256}. Nothing was kept.`);
    }
    await publish(partial, path);
    return path;
  } catch (error) {
    throw stop.signal.aborted ? new Stopped("Stopped: nothing was kept of the download.") : downloadError(error);
  } finally {
    undo();
    if (partial !== undefined) await rm(partial, { force: true });
  }
}

const patience = () => AbortSignal.timeout(patienceMs);

async function write(body: Readable, path: string): Promise<string> {
  const hash = createHash("sha256");
  const hashed = async function* (pieces: AsyncIterable<Buffer>) {
    for await (const piece of pieces) {
      hash.update(piece);
      yield piece;
    }
  };
  await pipeline(body, hashed, createWriteStream(path, { flags: "wx" }));
  return hash.digest("hex");
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

/** A connection that is cut says no more than "terminated". */
function downloadError(error: unknown): unknown {
  if (!(error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError"))) return error;
  const { cause = error } = error as Error;
  return new DownloadError(`The connection broke (${cause instanceof Error ? cause.message : cause}).`, {
    cause: error,
  });
}

/** The name that the link gives the file. */
function nameIn(disposition: string | null): string | undefined {
  return /filename="([^"]*)"/.exec(disposition ?? "")?.[1];
}
