import { createReadStream } from "node:fs";
import { csvScanner } from "../../core/files/csv-scanner.ts";

/**
 * The names in the header of a CSV file, as they stand there; empty if the file is.
 * @param maxBytes of a longer header come the names that were whole by then
 */
export async function csvHeader(path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<string[]> {
  let header: string[] | undefined;
  const onRecord = (names: string[]) => {
    header = names;
  };
  const scanner = csvScanner({ records: 1, maxBytes, onRecord });
  for await (const piece of createReadStream(path)) {
    scanner.push(piece);
    if (header) return header;
  }
  scanner.end();
  return header ?? [];
}
