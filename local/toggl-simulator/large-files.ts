import { Readable } from "node:stream";
import yauzl from "yauzl";
import { ZipFile } from "yazl";
import { csvOf, type Table, xlsxOf } from "./table.ts";

const blockBytes = 256 * 1024;

/** A CSV file of at least this many bytes: its records over and over, in constant memory. */
export function largeCsv(table: Table, bytes: number): { stream: ReadableStream; length: number } {
  const header = csvOf({ ...table, rows: [] });
  const records = csvOf(table).subarray(header.length);
  const block = Buffer.alloc(Math.ceil(blockBytes / records.length) * records.length, records);
  const blocks = Math.ceil(bytes / block.length);
  let sent = -1;
  const stream = new ReadableStream({
    pull(controller) {
      if (sent === blocks) return controller.close();
      controller.enqueue(sent === -1 ? header : block);
      sent++;
    },
  });
  return { stream, length: header.length + blocks * block.length };
}

/** A workbook of at least this many bytes: an ordinary one with a part of zeros that no program looks at. */
export async function largeXlsx(table: Table, bytes: number): Promise<ReadableStream> {
  const zip = new ZipFile();
  const workbook = await yauzl.fromBufferPromise(await xlsxOf(table));
  for await (const entry of workbook.eachEntry()) {
    const part = await workbook.openReadStreamPromise(entry);
    zip.addBuffer(Buffer.concat(await part.toArray()), entry.fileName);
  }
  zip.addReadStream(Readable.from(zeros(bytes)), "padding.xml", { compress: false });
  zip.end();
  return Readable.toWeb(Readable.from(zip.outputStream)) as ReadableStream;
}

function* zeros(bytes: number): Generator<Buffer> {
  const block = Buffer.alloc(blockBytes);
  for (let left = bytes; left > 0; left -= blockBytes) yield left < blockBytes ? block.subarray(0, left) : block;
}
