import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const executable = [process.env.SOFFICE_PATH, "/usr/bin/soffice"].find((path) => path && existsSync(path));

/** Whether there is a spreadsheet to test with. Where there is none, the tests that need one say so and are left out. */
export const hasSpreadsheet = executable !== undefined;

if (!hasSpreadsheet) {
  console.warn(
    "\n!!! NO LIBREOFFICE HERE: IT IS NOT TESTED WHAT A SPREADSHEET RUNS OF A CSV FILE.\n" +
      "!!! INSTALL IT (apt-get install libreoffice-calc) OR SET SOFFICE_PATH TO ITS EXECUTABLE.\n",
  );
}

/** How LibreOffice is to read CSV: what separates cells, and whether quotes enclose them. */
export interface CsvSettings {
  readonly separator: "," | ";" | "\t";
  readonly quotes: boolean;
}

/** The formulas that LibreOffice finds in each of these CSV files. */
export async function formulasIn(files: readonly Buffer[], { separator, quotes }: CsvSettings): Promise<string[][]> {
  const directory = await mkdtemp(join(tmpdir(), "spreadsheet-"));
  try {
    const paths = files.map((_, index) => join(directory, `${index}.csv`));
    await Promise.all(files.map((bytes, index) => writeFile(paths[index] ?? "", bytes)));
    const out = join(directory, "out");
    await mkdir(out);
    const filter = `CSV:${separator.charCodeAt(0)},${quotes ? 34 : ""},76,1`; // 76 is UTF-8, 1 the first line
    const convert = ["--headless", `--infilter=${filter}`, "--convert-to", "fods", "--outdir", out];
    await promisify(execFile)(executable ?? "", [ownProfile(), ...convert, ...paths]);
    return await Promise.all(
      files.map(async (_, index) => {
        const sheet = await readFile(join(out, `${index}.fods`), "utf8");
        return Array.from(sheet.matchAll(/table:formula="([^"]*)"/g), ([, formula = ""]) => formula);
      }),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

let profile: string | undefined;

/** A profile of the tests' own; it is filled once, since that takes a quarter of a conversion. */
function ownProfile(): string {
  if (profile === undefined) {
    const made = mkdtempSync(join(tmpdir(), "spreadsheet-profile-"));
    process.on("exit", () => rmSync(made, { recursive: true, force: true }));
    profile = made;
  }
  return `-env:UserInstallation=file://${profile}`;
}
