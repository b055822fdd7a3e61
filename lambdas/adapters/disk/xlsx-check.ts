import { createHash } from "node:crypto";
import type { Warning } from "../../../api/export.ts";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Findings } from "../../core/files/csv-check.ts";
import { workbookHeader } from "./workbook-header.ts";
import { partBytes, type Workbook, withWorkbook } from "./workbook-parts.ts";

/** So much is unpacked to see whether it is sound, and for no longer than half of the time that is left. */
const maxUnpackedBytes = 1024 ** 3;

/**
 * Refuses a file that Excel could not open: no zip file or a cut one, encrypted, no workbook, a part that is missing,
 * overlaps another or is not what its checksum stands for.
 * @throws Failure `toggl_invalid_file`
 */
export async function checkXlsx(path: string, deadline: Deadline): Promise<Findings> {
  try {
    return await withWorkbook(path, async (workbook) => {
      const warnings = await checkParts(workbook, deadline);
      const header = await readHeader(workbook, deadline);
      return { ...header, warnings: [...warnings, ...header.warnings] };
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const detail = `Toggl's file is no sound XLSX: ${reason}. Nothing was stored.`;
    throw new Failure("toggl_invalid_file", detail, { cause });
  }
}

async function checkParts({ zip, parts }: Workbook, deadline: Deadline): Promise<Warning[]> {
  const keptMs = deadline.remainingMs() / 2;
  let bytes = 0;
  for (const part of parts) {
    for await (const piece of partBytes(zip, part)) {
      bytes += piece.length;
      if (bytes <= maxUnpackedBytes && deadline.remainingMs() >= keptMs) continue;
      const detail = `only the first ${Math.floor(bytes / 1024 ** 2)} MB of its contents were checked`;
      return [{ code: "parts_unchecked", detail }];
    }
  }
  return [];
}

/** A workbook without names that can be read is published all the same: people may still read it. */
async function readHeader(workbook: Workbook, deadline: Deadline): Promise<Findings> {
  const keptMs = deadline.remainingMs() / 2;
  const inTime = () => {
    if (deadline.remainingMs() < keptMs) throw new Error("there was no time left for it");
  };
  try {
    return { columns: await workbookHeader(workbook, inTime), warnings: [] };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const detail = `the names of its columns could not be read: ${reason}`;
    return { warnings: [{ code: "header_unread", detail }] };
  }
}

/**
 * A hash of what a workbook really holds: its sheets in the order of their tabs, the strings that they share, and their
 * formats, as they are written. When and by whom it was made does not count, nor how the zip file is packed.
 * @param onPiece called before each piece that is unpacked; what it throws ends it
 */
export function sheetsHash(path: string, onPiece: () => void): Promise<string> {
  return withWorkbook(path, async ({ zip, sheets, sharedStrings, styles }) => {
    const hash = createHash("sha256");
    for (const { name, part } of [...sheets, { name: "", part: sharedStrings }, { name: "", part: styles }]) {
      hash.update(`${JSON.stringify([name, part?.uncompressedSize])}\n`);
      if (!part) continue;
      for await (const piece of partBytes(zip, part)) {
        onPiece();
        hash.update(piece);
      }
    }
    return hash.digest("hex");
  });
}
