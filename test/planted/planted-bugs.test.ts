import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { allBugs } from "./all-bugs.ts";
import { planted } from "./planted-bug.ts";

it.each(allBugs)("can still be planted: $name", (bug) => {
  const sound = readFileSync(bug.file, "utf8");
  expect(planted(bug, sound)).not.toBe(sound);
  for (const file of bug.noticedBy) expect(existsSync(file), file).toBe(true);
});
