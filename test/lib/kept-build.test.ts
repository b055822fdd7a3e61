import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { keptBuild } from "../../lib/constructs/kept-build.ts";

let folder: string;
let inputs: string[];
let builds: number;
const kept = () => join(folder, "deep", "kept.json");
const build = () => keptBuild(kept(), () => ({ result: { number: ++builds }, inputs })).number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kept-"));
  inputs = ["a", "b"].map((name) => join(folder, name));
  for (const input of inputs) writeFileSync(input, "as it was");
  builds = 0;
});

it("is built once for the same files, and leaves nothing else behind", () => {
  expect([build(), build(), build()]).toEqual([1, 1, 1]);
  expect(readdirSync(join(folder, "deep"))).toEqual(["kept.json"]);
});

it.each<[string, () => void]>([
  ["a file has changed", () => writeFileSync(inputs[1] ?? "", "as it is")],
  [
    "a file has a byte less in favour of the one before",
    () => {
      writeFileSync(inputs[0] ?? "", "as it wasa");
      writeFileSync(inputs[1] ?? "", "s it was");
    },
  ],
  ["what was kept is gone", () => rmSync(kept())],
  ["what was kept is damaged", () => writeFileSync(kept(), '{"of":')],
])("is built again when %s", (_, change) => {
  build();
  change();
  expect([build(), build()]).toEqual([2, 2]);
});

it("is built again when a file that had a part in it is gone", () => {
  build();
  rmSync(inputs.pop() ?? "");
  expect([build(), build()]).toEqual([2, 2]);
});
