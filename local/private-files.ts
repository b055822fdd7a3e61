import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** What holds exports, keys or secrets is for its owner alone, whatever the umask. */
export const privateFile = 0o600;
export const privateFolder = 0o700;

/** Makes a folder that only its owner may look into; one that is there already is closed to others. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: privateFolder });
  chmodSync(path, privateFolder);
}

/** Has what others' code writes meanwhile be the owner's alone; only for work that is done when it returns. */
export function withPrivateFiles<T>(work: () => T): T {
  const before = process.umask(0o077);
  try {
    return work();
  } finally {
    process.umask(before);
  }
}

/** Closes the folders in a folder: the CDK opens those of bundles to everybody, whatever the umask. */
export function closeFoldersIn(path: string): void {
  for (const one of readdirSync(path, { withFileTypes: true })) {
    if (one.isDirectory()) chmodSync(join(path, one.name), privateFolder);
  }
}
