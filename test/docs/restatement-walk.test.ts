import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmStartIn } from "../e2e/npm-start-in.ts";
import { shellBlocks, shownAfter } from "./shell-blocks.ts";

const page = "docs/schedules.md";
const [, section = ""] = readFileSync(page, "utf8").split("### Watch a restatement and a drift");
const blocks = shellBlocks(page).filter((block) => section.includes(block) && block.includes("$SIMULATOR"));
const directory = mkdtempSync(join(tmpdir(), "restatement-walk-"));
const { PATH = "", HOME = "" } = process.env;
const env = { PATH, HOME, NO_COLOR: "1", LOCAL_DATA_DIR: directory, SIMULATOR: "" };
let started: ReturnType<typeof npmStartIn>;

/** Types the lines of a block; gives what all of them print. */
function typed(block: string): Promise<string> {
  const lines = block.replaceAll("npx toggl-insights", "node scripts/command.mjs toggl-insights");
  return new Promise((resolve, reject) =>
    execFile("bash", ["--norc", "-ec", lines], { env, timeout: 100_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout + stderr),
    ),
  );
}

beforeAll(() => {
  started = npmStartIn(directory);
});
afterAll(async () => {
  started.interrupt();
  await started.exited;
  rmSync(directory, { recursive: true, force: true });
});

/** The headers of the current CSV files, as they lie in the folder. */
function currentHeaders(): string[] {
  const files = readdirSync(join(directory, "s3"), { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /^[^/]+\/current\/.*\.csv$/.test(file))
    .map((file) => readFileSync(join(directory, "s3", file), "utf8").split("\n")[0] ?? "");
}

async function typedAsShown(block: string): Promise<void> {
  const output = await typed(block);
  for (const line of shownAfter(block, page)) expect(output).toMatch(line);
}

/** Each goes on where the one before has ended. */
describe("the walk through a restatement and a drift, as the page has somebody type it", { shuffle: false }, () => {
  it("shows one row that was restated", async () => {
    await started.ready();
    env.SIMULATOR = /a Toggl simulator at (http:\S+\d)/.exec(started.output())?.[1] ?? "";
    expect(blocks).toHaveLength(3);
    await typedAsShown(blocks[0] ?? "");
    expect(currentHeaders()).toEqual([expect.stringMatching(/^Project,Client,/)]);
  }, 300_000);

  it("shows a column in front, and no row that changed", async () => {
    await typedAsShown(blocks[1] ?? "");
    expect(currentHeaders()).toEqual([expect.stringMatching(/^Margin,Project,Client,/)]);
  }, 150_000);

  it("ends as it was before", async () => {
    await typed(blocks[2] ?? "");
    expect(currentHeaders()).toEqual([expect.stringMatching(/^Project,Client,/)]);
    expect(await (await fetch(`${env.SIMULATOR}/simulator`)).json()).toEqual({ faults: [], bytes: 0, revisions: [] });
  }, 150_000);
});
