import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface Built<T> {
  /** What JSON can hold. */
  readonly result: T;
  /** Every file that has a part in it. */
  readonly inputs: readonly string[];
}

/**
 * Builds something, or gives what was built before if no file that has a part in it has changed since.
 * @param file where it is kept; whole at any time, though many processes build at once
 */
export function keptBuild<T>(file: string, build: () => Built<T>): T {
  const kept = readKept<T>(file);
  if (kept) return kept.result;
  const built = build();
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, JSON.stringify({ of: hashOf(built.inputs), ...built }));
  renameSync(beside, file);
  return built.result;
}

/** Undefined if there is none, or it is damaged or older than its inputs. */
function readKept<T>(file: string): Built<T> | undefined {
  try {
    const kept: Built<T> & { of: string } = JSON.parse(readFileSync(file, "utf8"));
    return kept.of === hashOf(kept.inputs) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function hashOf(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
