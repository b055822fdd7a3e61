import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statfsSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtFunctions } from "../lib/constructs/built-functions.ts";

/** What all tests share, once for all workers: the functions' bundles, and a folder for whatever they write. */
export default function setup(): void {
  try {
    builtFunctions();
  } catch {
    // esbuild has said what is wrong; tests that need a bundle fail, and only those
  }
  const folder = folderInMemory() ?? mkdtempSync(join(tmpdir(), prefix));
  process.env.TMPDIR = folder;
  process.once("exit", () => remove(folder)); // by then the workers have ended, and Ctrl-C comes by here too
}

const prefix = "insights-tests-";
const memory = "/dev/shm";
const weekMs = 7 * 24 * 60 * 60 * 1000; // somebody may let Vitest watch for days

/** Three times what all tests together, the long ones too, have there at once (bytes). */
const roomNeeded = 2e9;

/**
 * Linux keeps such a folder in memory: without a disk's journal the tests take a tenth of the processor time less.
 * @returns undefined where there is none, or too little memory, or nothing in it may be run, as in some containers
 */
function folderInMemory(): string | undefined {
  try {
    for (const left of readdirSync(memory).filter((name) => name.startsWith(prefix))) removeOld(join(memory, left));
    const { bavail, bsize } = statfsSync(memory);
    if (Math.min(bavail * bsize, process.availableMemory() / 2) < roomNeeded) return undefined;
    const folder = mkdtempSync(join(memory, prefix));
    if (runsPrograms(folder)) return folder;
    remove(folder);
  } catch {
    // there is no such folder, or nothing can be written there
  }
  return undefined;
}

/** What a run that was killed has left: nobody else would give the memory back. */
function removeOld(folder: string): void {
  try {
    if (statSync(folder).mtimeMs < Date.now() - weekMs) remove(folder);
  } catch {
    // another run has just removed it
  }
}

function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // somebody else's, or a disk is mounted in it
  }
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
