import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";

const program = resolve("dist/toggl-insights.mjs");
const bytes = Buffer.from("Project,Hours\nApp,1.5\n");
const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const asked: string[] = [];
let api: Listening;

/** An API that has one export, whose link answers by the workspace's number. */
const answers: Readonly<Record<string, (response: ServerResponse) => unknown>> = {
  "1": (response) => response.end(bytes),
  "2": (response) => response.end("Project,Hours\nApp,9.9\n"),
  "3": (response) => response.write("Project,"),
  "4": (response) => response.write("Project,", () => response.destroy()),
};

beforeAll(async () => {
  const server = createServer((request, response) => {
    const [, what, workspace = ""] = /^\/(workspace|link)\/(\d)/.exec(request.url ?? "") ?? [];
    asked.push(`${request.method} ${what}`);
    if (what === "workspace") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ ...made, download_url: `${api.url}/link/${workspace}` }));
      return;
    }
    response.writeHead(200, { "content-disposition": 'attachment; filename="october.csv"' });
    answers[workspace]?.(response);
  });
  api = await listenOnLoopback(server, 0);
});
afterAll(() => api.close());

const made = {
  id,
  status: "succeeded",
  report: "trends/projects",
  format: "csv",
  parameters: { start_date: "2026-10-01", end_date: "2026-10-31" },
  created_at: "2026-11-01T00:00:00Z",
  file: { key: "exports/x.csv", bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
};

/** Runs the built command in a folder of its own. */
async function download(workspace: number, out: readonly string[] = [], folder = mkdtempSync(join(tmpdir(), "save-"))) {
  const { PATH = "", HOME = "" } = process.env;
  const words = ["download", id, "-w", String(workspace), "--api", api.url, ...out];
  const child = spawn(process.execPath, [program, ...words], { cwd: folder, env: { PATH, HOME, NO_COLOR: "1" } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (piece) => (stdout += piece));
  child.stderr.on("data", (piece) => (stderr += piece));
  const ended = once(child, "close").then(([code]) => ({ code, stdout, stderr, folder, left: readdirSync(folder) }));
  return { child, folder, ended };
}

const downloaded = async (...call: Parameters<typeof download>) => (await download(...call)).ended;

describe("a download", () => {
  it("is saved under the link's own name, or the one that was asked for", async () => {
    const own = await downloaded(1);
    expect(own).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Saved october\.csv \(22 B, SHA-256 checked\)/),
    });
    expect(readFileSync(join(own.folder, "october.csv"))).toEqual(bytes);
    expect((await downloaded(1, ["--out", "mine.csv"])).left).toEqual(["mine.csv"]);
  });

  it.each([
    ["", /^--out is empty\. Name the file to save: --out FILE$/m],
    ["there.csv", /^there\.csv is there already\. Give another name/],
    ["dangling.csv", /^dangling\.csv is there already\. Give another name/],
    ["folder", /^folder is a folder\. Name the file in it: --out folder\/FILE$/m],
    ["missing/x.csv", /^The folder missing is not there\. Make it, or give another name/],
    ["there.csv/x.csv", /^Nothing can be written to there\.csv\./],
  ])("to %j is refused before anything is asked for", async (out, sentence) => {
    const folder = mkdtempSync(join(tmpdir(), "save-"));
    writeFileSync(join(folder, "there.csv"), "mine");
    symlinkSync("nowhere", join(folder, "dangling.csv"));
    mkdirSync(join(folder, "folder"));
    asked.length = 0;
    const before = readdirSync(folder);
    const { code, stderr, left } = await downloaded(1, ["--out", out], folder);
    expect({ code, left, asked }).toEqual({ code: 2, left: before, asked: [] });
    expect(stderr).toMatch(sentence);
    expect(readFileSync(join(folder, "there.csv"), "utf8")).toBe("mine");
  });

  it.each([
    [2, /^The file could not be downloaded\. Its SHA-256 is \w+, not \w+\. Nothing was kept\. The export is kept\./],
    [4, /^The file could not be downloaded\. The connection broke \(.+\)\. Nothing was kept\. The export is kept\./],
  ])("that is damaged or cut is not kept: link %d", async (workspace, sentence) => {
    const { code, stderr, left } = await downloaded(workspace);
    expect({ code, left }).toEqual({ code: 6, left: [] });
    expect(stderr).toMatch(sentence);
    expect(stderr).toContain(`toggl-insights download ${id}`);
  });

  it("whose own name is taken says so, and how to get the file all the same", async () => {
    const folder = mkdtempSync(join(tmpdir(), "save-"));
    writeFileSync(join(folder, "october.csv"), "mine");
    const { code, stderr, left } = await downloaded(1, [], folder);
    expect({ code, left }).toEqual({ code: 2, left: ["october.csv"] });
    expect(stderr).toContain("october.csv is there already. Give another name: --out FILE. The export is kept.");
    expect(readFileSync(join(folder, "october.csv"), "utf8")).toBe("mine");
  });

  it("that is stopped leaves nothing behind, and says how to get the file later", async () => {
    const { child, folder, ended } = await download(3);
    await expect.poll(() => readdirSync(folder)).toEqual([expect.stringMatching(/\.partial$/)]);
    child.kill("SIGINT");
    const { code, stderr, left } = await ended;
    expect({ code, left }).toEqual({ code: 130, left: [] });
    expect(stderr).toBe(
      `Stopped: nothing was kept of the download. The export is kept. Get it with: toggl-insights download ${id}\n`,
    );
  });
});

it("a command whose reader leaves ends without a word", async () => {
  const { child, ended } = await download(1, ["--json"]);
  child.stdout.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: "" });
});
