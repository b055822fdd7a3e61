import { readFile } from "node:fs/promises";
import type { FileFormat } from "../../../api/reports.ts";
import type { Deadline } from "../../core/deadline.ts";
import { Failure } from "../../core/failure.ts";
import type { Findings } from "../../core/files/csv-check.ts";
import { csvCheck, headBytes } from "../../core/files/csv-check.ts";
import { spreadsheetSafe } from "../../core/files/spreadsheet-safe.ts";
import type { Toggl } from "../../core/ports/toggl.ts";
import { checkTrends, maxTrendsBytes } from "../../core/toggl/trends-check.ts";
import { csvHeader } from "../disk/csv-header.ts";
import { type ScratchFile, writeScratchFile } from "../disk/scratch-file.ts";
import { checkXlsx } from "../disk/xlsx-check.ts";
import type { TogglBody } from "./toggl-body.ts";
import type { TogglClient } from "./toggl-client.ts";

export type Checked = ScratchFile & Findings;

/**
 * Reports of which Toggl itself makes files, downloaded to the scratch disk and checked to be what they claim, and all of it.
 * @param maxBytes a larger one is refused
 */
export function togglReports(client: TogglClient, maxBytes: number): Pick<Toggl, "report"> {
  return {
    async report({ workspace_id: workspaceId, report, format, parameters, spreadsheet_safe }, deadline) {
      const request = { workspaceId, path: `${report}.${format}`, parameters };
      const { value: checked, toggl } = await client.ask(
        request,
        (body) => readReport[format](body, { maxBytes, deadline, spreadsheet_safe }),
        deadline,
      );
      return { ...checked, toggl };
    },
  };
}

interface ReadOptions {
  readonly maxBytes: number;
  readonly deadline: Deadline;
  /** Whether the file is to hold no cell that a spreadsheet would run. */
  readonly spreadsheet_safe?: true | undefined;
}

/** Writes a report to the scratch disk and checks it as it came, wherever its body comes from. */
export const readReport: Record<FileFormat, (body: TogglBody, options: ReadOptions) => Promise<Checked>> = {
  async csv(body, options) {
    return writeCsv(body, options, body.isProvenWhole);
  },
  async xlsx(body, { maxBytes, deadline }) {
    const file = await writeScratchFile(body, { maxBytes, inspect: () => {} });
    return checkedOrDiscarded(file, () => checkXlsx(file.path, deadline));
  },
  async json(body, { maxBytes }) {
    const file = await writeScratchFile(body, { maxBytes, inspect: refuseLargeTrends() });
    return checkedOrDiscarded(file, async () => {
      checkTrends(await readFile(file.path));
      return { warnings: [] };
    });
  },
};

type CsvOptions = Pick<ReadOptions, "maxBytes" | "spreadsheet_safe">;

/**
 * Writes a CSV file to the scratch disk and checks it.
 * @param isProvenWhole asked once it is written: whether the transfer itself proves that all of it came
 */
export async function writeCsv(
  pieces: AsyncIterable<Buffer> | Iterable<Buffer>,
  { maxBytes, spreadsheet_safe }: CsvOptions,
  isProvenWhole: () => boolean,
): Promise<Checked> {
  const check = csvCheck();
  const rewriter = spreadsheet_safe && spreadsheetSafe();
  const file = await writeScratchFile(pieces, { maxBytes, inspect: check.push, rewriter });
  return checkedOrDiscarded(file, async () => {
    const findings = check.end(isProvenWhole());
    // The names are those of the file that is kept, as they are when it is found again.
    return rewriter ? { ...findings, columns: await csvHeader(file.path, headBytes) } : findings;
  });
}

/** Sees a trends answer come, and ends it where it could not be read any more. */
function refuseLargeTrends(): (piece: Buffer) => void {
  let bytes = 0;
  return ({ length }) => {
    bytes += length;
    if (bytes <= maxTrendsBytes) return;
    const detail = `Toggl's answer is larger than ${maxTrendsBytes / 1024 ** 2} MB, which is as much as trends may have. Ask for a shorter period or fewer projects. Nothing was stored.`;
    throw new Failure("toggl_file_too_large", detail);
  };
}

async function checkedOrDiscarded(file: ScratchFile, check: () => Findings | Promise<Findings>): Promise<Checked> {
  try {
    return { ...file, ...(await check()) };
  } catch (error) {
    await file.discard();
    throw error;
  }
}
