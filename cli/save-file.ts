import { createHash, randomUUID } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { link, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import type { ExportWithLink } from "../client/api-types.ts";
import { UsageError } from "./exit-codes.ts";

const patienceMs = 300_000;

/** @throws UsageError if there is something under this name already */
export function refuseToOverwrite(path: string): void {
  if (existsSync(path)) throw new UsageError(`${path} is there already. Give another name: --out FILE`);
}

/**
 * Downloads an export's file by its link: whole and as the export says, or not at all. Never overwrites.
 * @returns the path
 */
export async function saveFile({ file, download_url }: ExportWithLink, out: string | undefined): Promise<string> {
  if (!file || !download_url) throw new Error("The export has no file.");
  const response = await fetch(download_url, { signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok || !response.body)
    throw new Error(`The file could not be downloaded: S3 answered ${response.status}.`);
  const path = out ?? nameIn(response.headers.get("content-disposition")) ?? file.key.split("/").at(-1) ?? "export";
  refuseToOverwrite(path);
  const partial = `${path}.${randomUUID()}.partial`;
  try {
    const sha256 = await write(Readable.fromWeb(response.body as ReadableStream), partial);
    if (sha256 !== file.sha256) {
      throw new Error(`The download is damaged: its SHA-256 is ${sha256}, not ${file.sha256}. Nothing was kept.`);
    }
    await link(partial, path).catch(() => refuseToOverwrite(path)); // fails where a file came in between
    return path;
  } finally {
    await rm(partial, { force: true });
  }
}

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

/** The name that the link gives the file, if it is a plain one. */
function nameIn(disposition: string | null): string | undefined {
  return /filename="([\w.-]+)"/.exec(disposition ?? "")?.[1];
}
