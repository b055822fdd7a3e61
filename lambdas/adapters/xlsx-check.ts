import { open } from "node:fs/promises";
import yauzl from "yauzl";
import { Failure } from "../core/failure.ts";
import type { Findings } from "../core/file-check.ts";

/** A zip's central directory lists its parts; every workbook has this one. */
const contentTypesPart = "[Content_Types].xml";

/** The parts that hold what people see; others hold who made the file and when. */
const isContent = /^xl\/(worksheets\/|sharedStrings|workbook\.xml)/;

/**
 * Refuses a file that is provably no whole workbook: no local file header at its beginning, no end-of-central-directory
 * record that fits its length, a part that lies beyond it, no `[Content_Types].xml`.
 * @throws Failure `toggl_invalid_file`
 */
export async function checkXlsx(path: string): Promise<Findings> {
  const head = await headOf(path);
  if (head.length === 0) throw refusal("it is empty");
  if (head.toString("latin1") !== "PK\x03\x04")
    throw refusal("it does not begin as a workbook does, whatever it was declared as");
  const parts = await listParts(path).catch((cause) => {
    throw refusal(`it is damaged or cut short (${cause.message})`, cause);
  });
  if (!parts.includes(contentTypesPart)) throw refusal(`it is a zip file without ${contentTypesPart}`);
  return { warnings: [] };
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** What the sheets of a workbook hold, without reading them: the checksums that its directory lists, and their size. */
export async function sheetContent(path: string): Promise<{ checksums: string; bytes: number }> {
  const zip = await yauzl.openPromise(path, { autoClose: false });
  try {
    const parts: string[] = [];
    let bytes = 0;
    for await (const { fileName, crc32, uncompressedSize } of zip.eachEntry()) {
      if (!isContent.test(fileName)) continue;
      parts.push(`${fileName} ${crc32} ${uncompressedSize}`);
      bytes += uncompressedSize;
    }
    return { checksums: parts.sort().join("\n"), bytes };
  } finally {
    zip.close();
  }
}

/** Names of all parts, each found where the directory says that it is. */
async function listParts(path: string): Promise<string[]> {
  const zip = await yauzl.openPromise(path, { autoClose: false, decodeStrings: false });
  try {
    const parts: string[] = [];
    for await (const entry of zip.eachEntry()) {
      await zip.readLocalFileHeaderPromise(entry, { minimal: true }); // fails if the part lies beyond the file's end
      parts.push(entry.fileName.toString());
    }
    return parts;
  } finally {
    zip.close();
  }
}

function refusal(reason: string, cause?: unknown): Failure {
  return new Failure("toggl_invalid_file", `Toggl's file is no sound XLSX: ${reason}. Nothing was stored.`, { cause });
}
