import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { clearScratchDisk, writeScratchFile } from "../../../lambdas/adapters/disk/scratch-file.ts";

let scratch: string;
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "scratch-"));
  vi.stubEnv("TMPDIR", scratch);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true });
});

async function* pieces(...contents: string[]) {
  for (const one of contents) yield Buffer.from(one);
}
const inspect = () => {};

it("is written with its hash and goes when it is discarded", async () => {
  const file = await writeScratchFile(pieces("a", "bc"), { maxBytes: 3, inspect });
  expect(file).toMatchObject({ bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" });
  await file.discard();
  expect(readdirSync(scratch)).toEqual([]);
});

it("leaves nothing if it is too large", async () => {
  const writing = writeScratchFile(pieces("a", "bcd"), { maxBytes: 3, inspect });
  await expect(writing).rejects.toMatchObject({ kind: "toggl_file_too_large" });
  expect(readdirSync(scratch)).toEqual([]);
});

it("says so if the disk is full", async () => {
  const full = Object.assign(new Error(), { code: "ENOSPC" });
  const writing = writeScratchFile(pieces("a"), {
    maxBytes: 3,
    inspect: () => {
      throw full;
    },
  });
  await expect(writing).rejects.toMatchObject({ kind: "scratch_disk_full" });
  expect(readdirSync(scratch)).toEqual([]);
});

it("is cleared away when a process starts after one that was ended in the middle", () => {
  writeFileSync(join(scratch, "export-left"), "half");
  writeFileSync(join(scratch, "another"), "kept");
  mkdirSync(join(scratch, "export-of-an-extension"));
  clearScratchDisk();
  expect(readdirSync(scratch)).toEqual(["another", "export-of-an-extension"]);
});
