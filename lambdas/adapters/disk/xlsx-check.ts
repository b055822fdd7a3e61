import { createHash } from "node:crypto";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Findings } from "../../core/files/csv-check.ts";
import { nameOf, partBytes, type Workbook, withWorkbook } from "./workbook-parts.ts";

/** So much is unpacked to see whether it is sound, and for no longer than half of the time that is left. */
const maxUnpackedBytes = 1024 ** 3;

/** What does not count as content: who made the file and when. */
const isAboutFile = /^docProps\//i;

/**
 * Refuses a file that Excel could not open: no zip file or a cut one, encrypted, no workbook, a part that is missing,
 * overlaps another or is not what its checksum stands for.
 * @throws Failure `toggl_invalid_file`
 */
export async function checkXlsx(path: string, deadline: Deadline): Promise<Findings> {
  try {
    return await withWorkbook(path, (workbook) => checkParts(workbook, deadline));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = `Toggl's file is no sound XLSX: ${reason}. Nothing was stored.`;
    throw new Failure("toggl_invalid_file", detail, { cause });
  }
}

async function checkParts({ zip, parts }: Workbook, deadline: Deadline): Promise<Findings> {
  const keptMs = deadline.remainingMs() / 2;
  let bytes = 0;
  for (const part of parts) {
    for await (const piece of partBytes(zip, part)) {
      bytes += piece.length;
      if (bytes <= maxUnpackedBytes && deadline.remainingMs() >= keptMs) continue;
      const detail = `only the first ${Math.floor(bytes / 1024 ** 2)} MB of its contents were checked`;
      return { warnings: [{ code: "parts_unchecked", detail }] };
    }
  }
  return { warnings: [] };
}

/** What a workbook holds, without unpacking it: the checksums that its directory lists, and its size. */
export function listedContent(path: string): Promise<{ readonly checksums: string; readonly bytes: number }> {
  return withWorkbook(path, async (workbook) => {
    const parts = contentOf(workbook);
    return {
      checksums: parts.map((part) => `${nameOf(part)} ${part.crc32} ${part.uncompressedSize}`).join("\n"),
      bytes: parts.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0),
    };
  });
}

/** A hash of what a workbook really holds. @param onBytes sees how much is unpacked; what it throws ends it */
export function contentHash(path: string, onBytes: (count: number) => void): Promise<string> {
  return withWorkbook(path, async (workbook) => {
    const hash = createHash("sha256");
    for (const part of contentOf(workbook)) {
      hash.update(`${nameOf(part)}\n`);
      for await (const piece of partBytes(workbook.zip, part)) {
        onBytes(piece.length);
        hash.update(piece);
      }
    }
    return hash.digest("hex");
  });
}

function contentOf({ parts }: Workbook) {
  return parts.filter((part) => !isAboutFile.test(nameOf(part))).toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
