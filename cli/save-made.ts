import type { Export, ExportFields, ExportWithLink } from "../api/export.ts";
import { DownloadError } from "../client/api-problem.ts";
import { exitCodes } from "./exit-codes.ts";
import { daysIn, size } from "./export-lines.ts";
import type { Output } from "./output.ts";
import { saveFile } from "./save-file.ts";

/** Saves the file of an export that is done, and tells what came of it. */
export async function saveMade(made: ExportWithLink, out: string | undefined, output: Output): Promise<void> {
  if (made.status === "failed") {
    output.json(made);
    output.print(`${daysIn(made)} failed: ${made.problem?.detail ?? "no reason was given"}`);
    process.exitCode = exitCodes.failed;
    return;
  }
  const path = await saveFile(made, out).catch((error) => {
    if (error instanceof Error) error.message = `${closed(error.message)} The export is kept. ${laterBy(made)}`;
    if (error instanceof DownloadError) error.message = `The file could not be downloaded. ${error.message}`;
    throw error;
  });
  output.json({ ...made, saved_as: path });
  for (const line of savedLines(made, path)) output.print(line);
}

/** How to get the file another time, without asking Toggl again. */
export const laterBy = ({ id }: Pick<Export, "id">): string => `Get it with: toggl-insights download ${id}`;

const closed = (sentence: string): string => sentence.replace(/\.?$/, ".");

function savedLines(made: ExportWithLink, path: string): string[] {
  const { file, warnings = [] }: ExportFields = made;
  const what = [size(file?.bytes ?? 0), file?.rows !== undefined && `${file.rows} rows`].filter(Boolean).join(", ");
  const notes = warnings.map(({ detail }) => `  note: ${detail}`);
  return [`Saved ${path} (${what}, SHA-256 checked)`, ...notes];
}
