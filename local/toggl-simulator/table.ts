import { stringify } from "csv-stringify/sync";
import writeXlsxFile from "write-excel-file/node";

/** A report as rows below a header. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export function csvOf({ header, rows }: Table): Buffer {
  return Buffer.from(stringify([header, ...rows]));
}

export function xlsxOf({ header, rows }: Table): Promise<Buffer> {
  const cells = [header, ...rows].map((row) =>
    row.map((value) => (typeof value === "number" ? { value, type: Number } : { value, type: String })),
  );
  return writeXlsxFile(cells).toBuffer();
}
