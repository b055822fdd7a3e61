import { mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join, normalize, sep } from "node:path";
import { setImmediate as breathe } from "node:timers/promises";
import { privateFolder } from "../private-files.ts";
import type { S3Object } from "./s3-object.ts";

/** So many are read before others get their turn. */
const readAtOnce = 500;

/**
 * Reads what a folder says of its objects, one file for each, by key. A file that says nothing sensible is set aside.
 * They are read one after the other: as many open files as objects are more than a system allows.
 */
export async function readDescriptions(folder: string, setAside: SetAside): Promise<Map<string, S3Object>> {
  const objects = new Map<string, S3Object>();
  for (const [at, name] of readdirSync(folder).entries()) {
    if (at % readAtOnce === 0) await breathe();
    const object = described(textOf(join(folder, name)));
    if (object) objects.set(object.key, object);
    else setAside(join(folder, name), "it does not describe an object");
  }
  return objects;
}

/** Empty for a folder, which somebody put there. */
function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EISDIR") return "";
    throw error;
  }
}

/** Undefined if the text describes no object, as after a disk that was full or a file that was cut. */
function described(text: string): S3Object | undefined {
  try {
    const { key, path, bytes, etag, sha256, lastModified, headers } = JSON.parse(text) as Partial<S3Object>;
    const texts = [key, path, etag, sha256, lastModified].every((value) => typeof value === "string");
    const fits = texts && Number.isSafeInteger(bytes) && typeof headers === "object" && headers !== null;
    return fits && isWithin(path ?? "") ? (JSON.parse(text) as S3Object) : undefined;
  } catch {
    return undefined;
  }
}

function isWithin(path: string): boolean {
  return path !== "" && !normalize(path).startsWith("..") && !normalize(path).startsWith(sep);
}

/** Moves a damaged file out of the way. */
type SetAside = (file: string, because: string) => void;

/** @param folder where such files go, made when there is one */
export function setAsideIn(folder: string, onLog: (line: string) => void): SetAside {
  return (file, because) => {
    const name = file.split(sep).at(-1) ?? "";
    const place = join(folder, `${Date.now()}-${name}`);
    try {
      mkdirSync(folder, { recursive: true, mode: privateFolder });
      renameSync(file, place);
      onLog(`${file} is damaged: ${because}. It was moved to ${place}; everything else is there.`);
    } catch (error) {
      onLog(
        `${file} is damaged: ${because}. It could not be moved away (${error instanceof Error ? error.message : error}).`,
      );
    }
  };
}
