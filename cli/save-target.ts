import { accessSync, constants, lstatSync, type Stats } from "node:fs";
import { dirname } from "node:path";
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
