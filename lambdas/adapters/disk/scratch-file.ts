import { createHash, randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure } from "../../core/failure.ts";
import type { CsvRewriter } from "../../core/files/spreadsheet-safe.ts";

/** What was written to the scratch disk. */
export interface ScratchFile {
  readonly path: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Of what came, where it was rewritten before it was written; hexadecimal. */
  readonly source_sha256?: string;
  discard(): Promise<void>;
}

type Pieces = AsyncIterable<Buffer> | Iterable<Buffer>;

interface WriteOptions {
  /** A longer file is refused. */
  readonly maxBytes: number;
  /** Sees every piece before it is written; what it throws ends the writing. */
  readonly inspect: (piece: Buffer) => void;
  /** What to write in place of what comes. */
  readonly rewriter?: CsvRewriter | undefined;
}

const prefix = "export-";

/** Frees the scratch disk of what a call left that was ended in its middle; for the start of a process. */
export function clearScratchDisk(): void {
  for (const entry of readdirSync(tmpdir(), { withFileTypes: true })) {
    if (entry.isFile() && entry.name.startsWith(prefix)) rmSync(join(tmpdir(), entry.name), { force: true });
  }
}

/**
 * Writes a body to a file of its own on the scratch disk, with a hash on the way. Memory stays flat; whatever goes
 * wrong, nothing stays behind.
 * @throws Failure `toggl_file_too_large`, `scratch_disk_full`, or what the pieces or `inspect` throw
 */
export async function writeScratchFile(pieces: Pieces, options: WriteOptions): Promise<ScratchFile> {
  const path = join(tmpdir(), `${prefix}${randomUUID()}`);
  const discard = () => rm(path, { force: true });
  try {
    return { path, ...(await writeAll(path, pieces, options)), discard };
  } catch (error) {
    await discard();
    throw isDiskFull(error) ? diskFull(error) : error;
  }
}

async function writeAll(path: string, pieces: Pieces, options: WriteOptions) {
  const { maxBytes, inspect, rewriter } = options;
  const [hash, sourceHash] = [createHash("sha256"), createHash("sha256")];
  let [bytes, sourceBytes] = [0, 0];
  const file = await open(path, "wx");
  let written = Promise.resolve();
  /** Returns once the piece before is written, so that a piece is written while the next one arrives. */
  const write = async (piece: Buffer) => {
    bytes += piece.length;
    hash.update(piece);
    await written;
    written = file.writeFile(piece);
    written.catch(() => {}); // the next write, or the end, reports it
  };
  try {
    for await (const piece of pieces) {
      sourceBytes += piece.length;
      if (sourceBytes > maxBytes) throw tooLarge(maxBytes);
      inspect(piece);
      if (rewriter) sourceHash.update(piece);
      await write(rewriter ? rewriter.push(piece) : piece);
    }
    if (rewriter) await write(rewriter.end());
    await written;
    return { bytes, sha256: hash.digest("hex"), ...(rewriter && { source_sha256: sourceHash.digest("hex") }) };
  } finally {
    await written.catch(() => {});
    await file.close();
  }
}

function tooLarge(maxBytes: number): Failure {
  const detail = `The file is larger than ${Math.floor(maxBytes / 1024 ** 2)} MB, the most that this deployment takes (max_file_megabytes). Ask for a shorter period, or raise it. Nothing was stored.`;
  return new Failure("toggl_file_too_large", detail);
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

function diskFull(cause: unknown): Failure {
  const detail = "The file does not fit on the function's scratch disk. Ask for a shorter period. Nothing was stored.";
  return new Failure("scratch_disk_full", detail, { cause });
}
