import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmStartIn } from "../e2e/npm-start-in.ts";
import { configFile } from "../lib/synthesized.ts";
import { shellBlocks, shownAfter } from "./shell-blocks.ts";

const page = "docs/schedules.md";
const [, section = ""] = readFileSync(page, "utf8").split("### Watch a restatement and a drift");
const blocks = shellBlocks(page).filter((block) => section.includes(block) && block.includes("$SIMULATOR"));
const directory = mkdtempSync(join(tmpdir(), "restatement-walk-"));
const { $schema: _, ...config } = JSON.parse(readFileSync("insights.config.json", "utf8"));
const [, more = ""] = /```json\n(.*)\n```/.exec(section) ?? [];
const INSIGHTS_CONFIG = configFile({ ...config, schedules: [{ ...config.schedules[0], ...JSON.parse(more) }] });
const { PATH = "", HOME = "" } = process.env;
const env = { PATH, HOME, NO_COLOR: "1", LOCAL_DATA_DIR: directory, INSIGHTS_CONFIG, SIMULATOR: "" };
let started: ReturnType<typeof npmStartIn>;

/** Types the lines of a block; gives what all of them print. */
function typed(block: string): Promise<string> {
  const lines = block.replaceAll("npx toggl-insights", "node scripts/command.mjs toggl-insights");
  return new Promise((resolve, reject) =>
    execFile("bash", ["-ec", lines], { env, timeout: 100_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${error.message}\n${stdout}${stderr}`)) : resolve(stdout + stderr),
    ),
  );
}

beforeAll(() => {
  started = npmStartIn(directory, { INSIGHTS_CONFIG });
});
afterAll(async () => {
  started.interrupt();
  await started.exited;
  rmSync(directory, { recursive: true, force: true });
});

/** Each goes on where the one before has ended. */
describe("the walk through a restatement and a drift, as the page has somebody type it", { shuffle: false }, () => {
  it("shows one restated row, then a column in front and no row that changed", async () => {
    await started.ready();
    env.SIMULATOR = /a Toggl simulator at (http:\S+\d)/.exec(started.output())?.[1] ?? "";
    expect(blocks).toHaveLength(3);
    for (const block of blocks.slice(0, 2)) {
      const output = await typed(block);
      for (const line of shownAfter(block, page)) expect(output).toMatch(line);
    }
  }, 300_000);

  it("ends with a simulator that is as it was", async () => {
    await typed(blocks[2] ?? "");
    expect(await (await fetch(`${env.SIMULATOR}/simulator`)).json()).toEqual({ faults: [], bytes: 0, revisions: [] });
  });
});
