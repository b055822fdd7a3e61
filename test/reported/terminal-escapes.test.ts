import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { diagnosisLines } from "../../cli/doctor.ts";
import { outputOf } from "../../cli/output.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { nothingAround, runWords } from "../cli/run-words.ts";
import { configFile } from "../lib/synthesized.ts";
import { reportedCases } from "./reported-cases.ts";

/** Sets the window's title, clears the screen by both kinds of CSI, hides text, turns the writing, and forges a line. */
const evil = "Acme\u001b]0;owned\u0007\u001b[2J\u009b2J\u001b[8m\u202e\u2066\u007f\rSaved\nSaved all.csv";
const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const bytes = Buffer.from("Project,Hours\n");
const problem = {
  type: "t",
  title: evil,
  status: 400,
  detail: `${evil}.`,
  instance: "i",
  code: "toggl_rejected",
  retryable: false,
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
const failed = {
  id,
  status: "failed",
  report: "profitability/projects",
  format: "csv",
  requested_by: evil,
  schedule: evil,
  parameters: { start_date: evil, end_date: "2026-10-31" },
  created_at: "2026-11-01T00:00:00Z",
  problem,
};
const run = { occurrence: "2026-11-03T06:00:00Z", from_date: evil, to_date: evil, status: evil, exports: [] };
const made = () => ({
  ...failed,
  status: "succeeded",
  problem: undefined,
  warnings: [{ code: evil, detail: evil }],
  file: { key: evil, bytes: bytes.length, rows: 1, sha256: createHash("sha256").update(bytes).digest("hex") },
  download_url: `${api.url}/link`,
});

/** An API that has such text in everything that is free to be text; workspace 2 is the one where files are made. */
const answers: readonly (readonly [RegExp, number, () => object])[] = [
  [/^GET \/workspace\/2\/exports\/\w/, 200, made],
  [/^GET \/workspace\/1\/exports\/\w/, 200, () => failed],
  [/^GET \/workspace\/\d\/exports/, 200, () => ({ exports: [failed, made()], next_cursor: evil })],
  [/^GET \/workspace\/1\/schedules/, 200, () => ({ schedules: [{ ...schedule, last_run: run }] })],
  [/^POST \/workspace\/1\/schedules/, 202, () => ({ occurrence: evil, exports: [failed] })],
  [/^GET \/workspace\/1\/names/, 200, () => ({ projects: { 7: evil }, users: {} })],
  [/^POST \/workspace\/1\/data_trends/, 200, () => [{ project_id: 7, current_period_seconds: [3600] }]],
  [/^POST \/workspace\/2\/profitability/, 202, () => ({ ...failed, id: evil, status: "queued" })],
  [/^POST \/control/, 200, () => ({})],
];
let api: Listening;

beforeAll(async () => {
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    request.resume().on("end", () => {
      if (line === "GET /link") {
        response.setHeader("content-disposition", 'attachment; filename="\u009b2J.csv"');
        return void response.end(bytes);
      }
      const [, status, body] = answers.find(([pattern]) => pattern.test(line)) ?? [null, 400, () => problem];
      const type = status >= 400 ? "application/problem+json" : "application/json";
      response.writeHead(status, { "content-type": type }).end(JSON.stringify(body()));
    });
  });
  api = await listenOnLoopback(server, 0);
});
afterAll(() => api.close());

/** A command line, and whether it runs in a process of its own. */
interface Typed {
  readonly words: readonly string[];
  readonly program?: string;
}

/** What a terminal could obey of all that a command wrote. */
async function obeyedOf({ words, program }: Typed): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "escapes-"));
  writeFileSync(join(folder, "running.json"), JSON.stringify({ url: api.url, control_url: `${api.url}/control` }));
  const config = configFile({ workspaces: [{ id: 1, name: evil, token_secret: "toggl/acme" }], schedules: [schedule] });
  const own = { LOCAL_DATA_DIR: folder, INSIGHTS_CONFIG: config };
  const { stdout, stderr } = program
    ? await ended([program, ...words], own, program === clone ? "." : folder)
    : await runWords(words, { ...nothingAround(), ...own });
  const said = stdout + stderr;
  const isForged = /^Saved all\.csv/m.test(said); // a line that only the text itself says
  return [...(said === "" ? ["nothing is said"] : []), ...(isForged ? ["a line of its own"] : []), ...obeyed(said)];
}

const ended = (words: readonly string[], own: Readonly<Record<string, string>>, cwd: string) =>
  new Promise<{ stdout: string; stderr: string }>((done) => {
    const { PATH = "", HOME = "" } = process.env;
    const options = { env: { PATH, HOME, ...own }, cwd, timeout: 60_000 };
    execFile(process.execPath, words, options, (_, stdout, stderr) => done({ stdout, stderr }));
  });

function obeyed(text: string): string[] {
  const found = text.match(/[^\P{Cc}\n]|\p{Bidi_Control}/gu) ?? [];
  return [...new Set(found.map((one) => `U+${one.charCodeAt(0).toString(16).padStart(4, "0")}`))];
}

const clone = "scripts/command.mjs";
const cli = (words: string, workspace = 1): Typed => ({
  words: [...words.split(" "), "-w", `${workspace}`, "--api", api.url],
});
const installed = (words: string, workspace?: number): Typed => ({
  ...cli(words, workspace),
  program: resolve("dist/toggl-insights.mjs"),
});
const npm = (words: string): Typed => ({ words: words.split(" "), program: clone });
const day = "--from 2026-10-01 --to 2026-10-01";
const all = "all of it: ESC, BEL, C1, bidi";

const cases: readonly (readonly [name: string, before: string, typed: () => Typed])[] = [
  ["doctor", "a line of its own", () => installed("doctor")],
  ["doctor --json", "DEL, C1, bidi", () => cli("doctor --json")],
  ["exports", "a line of its own", () => cli("exports")],
  ["exports --json", "DEL, C1, bidi", () => cli("exports --json")],
  ["schedules", "none", () => cli("schedules")],
  ["trends", "none", () => cli(`trends ${day}`)],
  ["trends --json", "DEL, C1, bidi", () => cli(`trends ${day} --json`)],
  ["run", "a line of its own", () => cli("run monthly")],
  ["backfill", "a line of its own", () => cli("backfill monthly --from 2026-09 --to 2026-09")],
  ["download", "a line of its own", () => installed(`download ${id}`, 2)],
  ["download of what failed", "a line of its own", () => cli(`download ${id}`)],
  ["export that fails", "none", () => cli(`export trends/projects ${day}`)],
  ["export --json that fails", "DEL, C1, bidi", () => cli(`export trends/projects ${day} --json`)],
  [
    "export with its progress",
    "a line of its own",
    () => installed(`export profitability/projects ${day} --currency usd`, 2),
  ],
  ["npm run doctor", all, () => npm("doctor")],
  ["npm run tick", all, () => ({ words: ["tick", "--schedule", "monthly"] })],
  ["npm run backfill", all, () => ({ words: "backfill --schedule monthly --from 2026-09 --to 2026-09".split(" ") })],
  ["npm run token", all, () => npm("token --workspace 42")],
];

reportedCases(
  "No text from elsewhere reaches the terminal as something that it obeys",
  cases.map(([name, before, typed]) => ({ name, before, right: [], now: () => obeyedOf(typed()) })),
);

it("shows the same value to a program, whatever is in it", () => {
  const written: string[] = [];
  const { write } = process.stdout;
  process.stdout.write = (text: string | Uint8Array) => written.push(String(text)) > 0;
  try {
    outputOf({ json: true }).json({ [evil]: evil });
  } finally {
    process.stdout.write = write;
  }
  expect(obeyed(written.join(""))).toEqual([]);
  expect(JSON.parse(written.join(""))).toEqual({ [evil]: evil });
});

it("colours what is wrong, and nothing else", () => {
  const finding = { check: "plan", passed: "token valid", reason: evil, fix: "the plan" } as const;
  const lines = diagnosisLines([{ workspaceId: 7, workspace: evil, answered: true, finding }]);
  expect(lines.filter((line) => typeof line !== "string")).toEqual([
    { text: expect.stringMatching(/^plan +WRONG$/), style: "red" },
  ]);
});

it("has one place that writes to the terminal", () => {
  const writes = /console\.(log|error|warn|info)\(|process\.std(out|err)\.write\(/;
  const isOurs = (file: string) => file.endsWith(".ts") && !/^bin\/(bench|screenshots)\.ts$/.test(file);
  const files = ["bin", "cli", "client", "lib", "local"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" }).map((file) => `${folder}/${file}`),
  );
  expect(files.filter((file) => isOurs(file) && writes.test(readFileSync(file, "utf8")))).toEqual(["cli/output.ts"]);
});
