import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { configFile } from "../lib/synthesized.ts";
import { reportedCases } from "../reported/reported-cases.ts";
import { hasTerminal, inTerminal } from "./terminal.ts";

const program = resolve("dist/toggl-insights.mjs");
const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const parameters = { start_date: "2026-10-01", end_date: "2026-10-31" };
const waiting = {
  id,
  status: "deferred",
  report: "profitability/projects",
  format: "csv",
  parameters,
  created_at: "2026-11-01T00:00:00Z",
  resumes_at: "2026-11-01T01:00:00Z",
};
const schedule = {
  name: "monthly",
  workspace_id: 1,
  report: "profitability/projects",
  formats: ["csv"],
  cron: "0 6 3 * ? *",
  time_zone: "UTC",
  enabled: true,
  period: "previous-month",
  week_start: "monday",
  settle_days: 0,
  previous_period: "none",
  refresh_previous: 0,
  parameters: { currency: "usd" },
};

/** An API at which everything takes for ever. */
const answers: readonly (readonly [RegExp, (response: ServerResponse) => unknown])[] = [
  [/^GET \/workspace\/2\/exports\//, json(() => ({ ...waiting, status: "succeeded", file, download_url: link() }))],
  [/^GET \/workspace\/1\/exports\//, json(() => waiting)],
  [/^POST \/workspace\/1\/profitability/, json(() => ({ ...waiting, status: "queued" }), 202)],
  [/^POST \/workspace\/1\/schedules/, json(() => ({ occurrence: "2026-11-03T06:00:00Z", exports: [waiting] }), 202)],
  [/^GET \/workspace\/1\/schedules/, json(() => ({ schedules: [schedule] }))],
  [/^POST \/control/, (response) => response.writeHead(204).end()],
  [/^GET \/link/, (response) => response.writeHead(200).write("Project,")],
  [/^POST \/workspace\/1\/trends/, () => {}],
];
const file = { key: "exports/x.csv", bytes: 100, sha256: "0".repeat(64) };
const link = () => `${api.url}/link`;
let api: Listening;
let asked: string[] = [];

function json(body: () => object, status = 200) {
  return (response: ServerResponse) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body()));
}

beforeAll(async () => {
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    request.resume().on("end", () => {
      asked.push(line);
      const [, answer] = answers.find(([pattern]) => pattern.test(line)) ?? [];
      if (answer) answer(response);
      else response.writeHead(404).end("{}");
    });
  });
  api = await listenOnLoopback(server, 0);
});
afterAll(() => api.close());

interface Wait {
  readonly words: readonly string[];
  /** The request that it waits on, which has come; or words on the screen. */
  readonly until: RegExp;
}

/** What becomes of a command that waits when somebody presses Ctrl-C: how it ends, and what it leaves behind. */
async function afterCtrlC({ words, until }: Wait): Promise<object> {
  asked = [];
  const folder = mkdtempSync(join(tmpdir(), "ctrl-c-"));
  writeFileSync(join(folder, "running.json"), JSON.stringify({ url: api.url, control_url: `${api.url}/control` }));
  const { PATH = "", HOME = "" } = process.env;
  const config = configFile({
    workspaces: [{ id: 1, name: "Acme", token_secret: "toggl/acme" }],
    schedules: [schedule],
  });
  const env = { PATH, HOME, LOCAL_DATA_DIR: folder, INSIGHTS_CONFIG: config, AWS_REGION: "eu-central-1" };
  const isOurs = words[0] === "scripts/command.mjs"; // those run where the repository is
  const cwd = isOurs ? resolve(".") : folder;
  const terminal = inTerminal([process.execPath, ...words], { cwd, env });
  try {
    await expect.poll(() => `${asked.join("\n")}\n${terminal.seen()}`, { timeout: 60_000 }).toMatch(until);
    terminal.type("\u0003");
    const late = new Promise<string>((done) => setTimeout(() => done("still waits"), 20_000).unref());
    const status = await Promise.race([terminal.ended, late]);
    return { status, left: readdirSync(folder).filter((name) => name !== "running.json") };
  } finally {
    terminal.kill();
  }
}

const cli = (words: string, workspace = 1) => [program, ...words.split(" "), "-w", `${workspace}`, "--api", api.url];
const npm = (words: string) => ["scripts/command.mjs", ...words.split(" ")];
const looked = /GET \/workspace\/1\/exports\/[\s\S]*GET \/workspace\/1\/exports\//;
const stopped = { status: 130, left: [] };

const cases: readonly (readonly [name: string, before: string, wait: () => Wait, right?: object])[] = [
  [
    "export, while Toggl's quota is spent",
    "still waits",
    () => ({ words: cli("export profitability/projects --period previous-month --currency usd"), until: looked }),
  ],
  [
    "export --json, while Toggl's quota is spent",
    "130",
    () => ({
      words: cli("export profitability/projects --currency usd --period previous-month --json"),
      until: looked,
    }),
  ],
  ["run", "130", () => ({ words: cli("run monthly"), until: looked })],
  [
    "backfill",
    "130",
    () => ({ words: cli("backfill monthly --from 2026-09 --to 2026-09"), until: /queued[\s\S]*Ctrl-C stops looking/ }),
  ],
  ["doctor", "130", () => ({ words: cli("doctor"), until: /POST \/workspace\/1\/trends/ })],
  ["download, in the middle of the file", "130", () => ({ words: cli(`download ${id}`, 2), until: /GET \/link/ })],
  ["console", "0", () => ({ words: cli("console --port 0"), until: /Ctrl-C stops it/ }), { status: 0, left: [] }],
  ["npm run tick", "130", () => ({ words: npm("tick --schedule monthly"), until: looked })],
  [
    "npm run backfill",
    "130",
    () => ({ words: npm("backfill --schedule monthly --from 2026-09 --to 2026-09"), until: /Ctrl-C stops looking/ }),
  ],
  ["npm run doctor", "130", () => ({ words: npm("doctor"), until: /POST \/workspace\/1\/trends/ })],
  [
    "npm run token, at its prompt",
    "2: User force closed the prompt",
    () => ({ words: npm("token --workspace 1"), until: /Toggl API token of Acme/ }),
  ],
];

describe.runIf(hasTerminal)("at a terminal", () => {
  reportedCases(
    "Ctrl-C ends every command that waits",
    cases.map(([name, before, wait, right = stopped]) => ({ name, before, right, now: () => afterCtrlC(wait()) })),
  );
});
