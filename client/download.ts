import { createHash } from "node:crypto";
import type { ExportWithLink, PublishedExport } from "../api/export.ts";
import { DownloadError } from "./api-problem.ts";
import type { SendRequest } from "./call-api.ts";
import { safeFileName } from "./file-name.ts";

/** An export's file on its way. */
export interface Download {
  /** The export, with size, SHA-256 and rows of its file. */
  readonly published: PublishedExport;
  /** What to save it as: the link's own name if that is plainly a report's, else one of our own; never a path. */
  readonly name: string;
  /** The file's bytes, to be read once. It ends with DownloadError if they are not those that the export names. */
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * Begins to download an export's file by its link.
 * @throws DownloadError if it has none, or if the link leads to none; and the signal's reason once it is aborted
 */
export async function downloadOf(
  made: ExportWithLink,
  { signal, send = fetch }: { signal?: AbortSignal | undefined; send?: SendRequest | undefined } = {},
): Promise<Download> {
  if (made.status !== "succeeded") throw new DownloadError(withoutFile(made));
  const response = await send(new URL(made.download_url), { signal: signal ?? null }).catch((error: unknown) => {
    throw downloadError(error, signal);
  });
  const { ok, status, headers, body } = response;
  if (!ok || !body) {
    await body?.cancel();
    throw new DownloadError(`S3 answered ${status}.`);
  }
  const name = safeFileName(nameIn(headers.get("content-disposition")), made);
  return { published: made, name, body: checked(body, made.file.sha256, signal) };
}

function withoutFile(made: Exclude<ExportWithLink, PublishedExport>): string {
  if (made.status === "failed") return `The export has no file: ${made.problem?.detail ?? "it failed."}`;
  return `The export is ${made.status}: it has no file yet.`;
}

/** The same bytes; the last of them are given on only if all are those of this SHA-256. */
function checked(
  body: ReadableStream<Uint8Array>,
  sha256: string,
  signal: AbortSignal | undefined,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  const hash = createHash("sha256");
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await reader.read().catch((error: unknown) => {
        throw downloadError(error, signal);
      });
      if (!done) {
        hash.update(value);
        return controller.enqueue(value);
      }
      const found = hash.digest("hex");
      if (found !== sha256) throw new DownloadError(`Its SHA-256 is ${found}, not ${sha256}.`);
      controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** A connection that is cut says no more than "terminated". */
function downloadError(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return signal.reason;
  if (!(error instanceof TypeError)) return error;
  const { cause = error } = error;
  const reason = (cause as { code?: string }).code ?? (cause as Error).message;
  return new DownloadError(`The connection broke (${reason}).`, { cause: error });
}

/** The name that the link gives the file. */
function nameIn(disposition: string | null): string | undefined {
  return /filename="([^"]*)"/.exec(disposition ?? "")?.[1];
}
