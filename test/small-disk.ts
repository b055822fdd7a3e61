import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A disk of so many megabytes, which only root on Linux can make; undefined elsewhere. */
export function mountSmallDisk(megabytes: number): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), "small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", directory], { stdio: "ignore" });
    return directory;
  } catch {
    rmSync(directory, { recursive: true });
    return undefined;
  }
}

export function unmount(directory: string): void {
  execFileSync("umount", [directory]);
  rmSync(directory, { recursive: true });
}
