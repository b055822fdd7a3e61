import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A hash of these files' names and contents, which says whether what was built of them is still what they make. */
export function hashOf(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}
