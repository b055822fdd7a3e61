import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtFunctions } from "../lib/constructs/built-functions.ts";

/** What all tests share, once for all workers: the functions' bundles, and a folder for whatever they write. */
export default function setup(): () => void {
  builtFunctions();
  const folder = folderInMemory() ?? mkdtempSync(join(tmpdir(), prefix));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

const prefix = "insights-tests-";
const memory = "/dev/shm";
const dayMs = 24 * 60 * 60 * 1000;

/** Four times what all tests together have there at once (bytes). */
const roomNeeded = 2e9;

/**
 * Linux keeps such a folder in memory: without a disk's journal the tests take an eighth of the processor time less.
 * @returns undefined where there is none, or it has too little room, or nothing in it may be run, as in some containers
 */
function folderInMemory(): string | undefined {
  try {
    for (const left of readdirSync(memory).filter((name) => name.startsWith(prefix))) {
      const path = join(memory, left); // by a run that was killed: nobody else would give the memory back
      if (statSync(path).mtimeMs < Date.now() - dayMs) rmSync(path, { recursive: true });
    }
    const { bavail, bsize } = statfsSync(memory);
    if (bavail * bsize < roomNeeded) return undefined;
    const folder = mkdtempSync(join(memory, prefix));
    if (runsPrograms(folder)) return folder;
    rmSync(folder, { recursive: true });
  } catch {
    // not Linux, or somebody else's
  }
  return undefined;
}

function runsPrograms(folder: string): boolean {
  const program = join(folder, "program");
  writeFileSync(program, "#!/bin/sh\n", { mode: 0o700 });
  try {
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(program);
  }
}
