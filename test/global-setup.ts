import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtFunctions } from "../lib/constructs/built-functions.ts";

/** What all tests share, once for all workers: the functions' bundles, and a folder for whatever they write. */
export default function setup(): () => void {
  builtFunctions();
  const folder = folderInMemory() ?? mkdtempSync(join(tmpdir(), "insights-tests-"));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** What all tests together write, and more (bytes). */
const roomNeeded = 4e9;

/**
 * Linux keeps such a folder in memory: without a disk's journal the tests take an eighth of the processor time less.
 * @returns undefined where there is none, or it has too little room, or nothing in it may be run, as in some containers
 */
function folderInMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    if (bavail * bsize < roomNeeded) return undefined;
    const folder = mkdtempSync("/dev/shm/insights-tests-");
    try {
      const program = join(folder, "program");
      writeFileSync(program, "#!/bin/sh\n", { mode: 0o700 });
      execFileSync(program);
      return folder;
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw error;
    }
  } catch {
    return undefined;
  }
}
