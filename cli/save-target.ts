import { accessSync, constants, lstatSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import type { Export } from "../api/export.ts";
import { fileFormats } from "../api/reports.ts";
import { UsageError } from "./exit-codes.ts";

/**
 * Looks at where a file is to be saved before it is asked for.
 * @throws UsageError if there is something under this name already, or if nothing can be written there
 */
export function checkSaveTarget(path: string): void {
  if (path === "") throw new UsageError("--out is empty. Name the file to save: --out FILE");
  const there = seen(path);
  if (there?.isDirectory()) throw new UsageError(`${path} is a folder. Name the file in it: --out ${path}/FILE`);
  if (there) throw new UsageError(`${path} is there already. Give another name: --out FILE`);
  const folder = dirname(path);
  if (!seen(folder))
    throw new UsageError(`The folder ${folder} is not there. Make it, or give another name: --out FILE`);
  if (!canWrite(folder)) throw new UsageError(`Nothing can be written to ${folder}. Give another name: --out FILE`);
}

/** Names that Windows keeps for devices, whatever follows the first dot. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** Many programs read settings from a JSON file of a certain name, so one has to be called as ours are. */
const nameOfFormat: Partial<Record<string, RegExp>> = { json: /^toggl-/ };

/**
 * The name to save an export's file under where nobody has chosen one. What a server proposes counts only if it is
 * plainly a report's: letters, digits, `.`, `_` and `-`, beginning with a letter or digit and ending in the export's
 * own format. So no answer can have `.bashrc`, `package.json` or a path written.
 */
export function safeFileName(proposed: string | undefined, made: Pick<Export, "id" | "report" | "format">): string {
  const format = fileFormats.find((one) => one === made.format) ?? "download";
  const isPlain = /^[A-Za-z0-9][\w.-]{0,199}$/.test(proposed ?? "") && !deviceName.test(proposed ?? "");
  const isOurs = nameOfFormat[format]?.test(proposed ?? "") ?? true;
  if (proposed && isPlain && isOurs && proposed.endsWith(`.${format}`)) return proposed;
  const name = `toggl-${made.report}-${made.id}`.replace(/[^A-Za-z0-9]+/g, "-").slice(0, 150);
  return `${name}.${format}`;
}

/** A broken link counts as something, too. */
function seen(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // a part of the path is no folder
  }
}

function canWrite(folder: string): boolean {
  try {
    accessSync(`${folder}/.`, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
