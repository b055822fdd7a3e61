import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { csvHeader } from "../../../lambdas/adapters/disk/csv-header.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "csv-header-"));
});
afterAll(() => rm(directory, { recursive: true }));

it.each<[string, string, string[], number?]>([
  ["nothing, of an empty file", "", []],
  ["its names", "Project,Hours\nA,1\n", ["Project", "Hours"]],
  ["its names where nothing else comes, not even an end of the line", "Project,Hours", ["Project", "Hours"]],
  ["its names, of a file that is read in several pieces", `Project\n${"A\n".repeat(100_000)}`, ["Project"]],
  ["the names that were whole by then, of one that is longer than wanted", "Project,Hours,Rate\n", ["Project"], 10],
])("reads %s", async (_, text, names, maxBytes) => {
  const path = join(directory, "file.csv");
  await writeFile(path, text);
  expect(await csvHeader(path, maxBytes)).toEqual(names);
});
