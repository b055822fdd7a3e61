import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearScratchDisk, writeScratchFile } from "../../../lambdas/adapters/disk/scratch-file.ts";
import type { CsvRewriter } from "../../../lambdas/core/files/spreadsheet-safe.ts";

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
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

it("is written with its hash and goes when it is discarded", async () => {
  const file = await writeScratchFile(pieces("a", "bc"), { maxBytes: 3, inspect });
  expect(file).toMatchObject({ bytes: 3, sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" });
  await file.discard();
  expect(readdirSync(scratch)).toEqual([]);
});

it("can be discarded twice, and is closed by then", async () => {
  const open = () => readdirSync("/dev/fd").length;
  const before = open();
  const files = [1, 2, 3].map(() => writeScratchFile(pieces("a"), { maxBytes: 3, inspect }));
  for (const file of await Promise.all(files)) {
    await file.discard();
    await file.discard();
  }
  expect(open()).toBeLessThanOrEqual(before);
});

it("has the hash of what came, too, where something else is written", async () => {
  const rewriter = { push: (piece: Buffer) => Buffer.from(`'${piece}`), end: () => Buffer.from("!") };
  const file = await writeScratchFile(pieces("a", "bc"), { maxBytes: 3, inspect, rewriter: rewriter as CsvRewriter });
  expect(readFileSync(file.path, "utf8")).toBe("'a'bc!");
  expect(file).toMatchObject({ bytes: 6, sha256: hashOf("'a'bc!"), source_sha256: hashOf("abc") });
  expect(await writeScratchFile(pieces("a"), { maxBytes: 3, inspect })).not.toHaveProperty("source_sha256");
});

it("leaves nothing if it is too large, and says how much this deployment takes", async () => {
  const megabyte = 1024 ** 2;
  const writing = writeScratchFile(pieces("a", "b".repeat(2.5 * megabyte)), { maxBytes: 2.5 * megabyte, inspect });
  const message =
    "The file is larger than 2 MB, the most that this deployment takes (max_file_megabytes). Ask for a shorter period, or raise it. Nothing was stored.";
  await expect(writing).rejects.toMatchObject({ kind: "toggl_file_too_large", message });
  expect(readdirSync(scratch)).toEqual([]);
});

describe("an error on the way leaves nothing, and", () => {
  const failing = (error: unknown) =>
    writeScratchFile(pieces("a"), {
      maxBytes: 3,
      inspect: () => {
        throw error;
      },
    }).catch((failure) => failure);

  it.each(["ENOSPC", "EDQUOT"])("%s says that the disk is full", async (code) => {
    const full = Object.assign(new Error(), { code });
    const message =
      "The file does not fit on the function's scratch disk. Ask for a shorter period. Nothing was stored.";
    expect(await failing(full)).toMatchObject({ kind: "scratch_disk_full", message, cause: full });
    expect(readdirSync(scratch)).toEqual([]);
  });

  it("anything else is thrown as it is", async () => {
    for (const error of [new Error("x"), Object.assign(new Error("x"), { code: "EIO" }), { code: "ENOSPC" }]) {
      expect(await failing(error)).toBe(error);
    }
    expect(readdirSync(scratch)).toEqual([]);
  });
});

it("is cleared away when a process starts after one that was ended in the middle", () => {
  writeFileSync(join(scratch, "export-left"), "half");
  writeFileSync(join(scratch, "another"), "kept");
  mkdirSync(join(scratch, "export-of-an-extension"));
  clearScratchDisk();
  expect(readdirSync(scratch)).toEqual(["another", "export-of-an-extension"]);
});
