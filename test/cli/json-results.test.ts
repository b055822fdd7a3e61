import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandNames } from "../../cli/command-line.ts";
import { exitCodeOf, exitCodes, ownFailures, Stopped } from "../../cli/exit-codes.ts";
import { failureJson } from "../../cli/failure-sentence.ts";
import { commandJsonSchema, resultSchemas } from "../../cli/json-schema.ts";
import { ApiProblem, foreignAnswer } from "../../client/api-problem.ts";
import { type Listening, listenOnLoopback } from "../../local/listening.ts";
import { configFile } from "../lib/synthesized.ts";
import { misfits } from "./json-shape.ts";
import { runWords } from "./run-words.ts";

const id = "01KB0M8Q4T2V6X9ZC3E5G7J1NR";
const content = "Project,Hours\n";
const sha256 = createHash("sha256").update(content).digest("hex");
const problem = {
  ...{ type: "t", title: "t", status: 429, detail: "The quota is spent.", instance: "i" },
  ...{ code: "toggl_quota_exhausted", retryable: true },
};
const common = {
  ...{ id, workspace_id: 7, report: "profitability/projects", format: "csv", requested_by: "http" },
  ...{ parameters: { start_date: "2026-10-01", end_date: "2026-10-31" }, created_at: "2026-11-01T00:00:00Z" },
};
const queued = { ...common, status: "queued" };
const published = () => ({
  ...{ ...common, status: "succeeded", completed_at: "2026-11-01T00:00:01Z" },
  file: { bucket: "b", key: "k", bytes: content.length, sha256, content_type: "text/csv; charset=utf-8" },
  toggl: { requests: 1, quota_remaining: 12, quota_resets_at: "2026-11-01T01:00:00Z" },
  ...{ download_url: `${api.url}/link`, download_url_expires_at: "2026-11-01T00:15:00Z" },
});
const failed = { ...common, status: "failed", completed_at: "2026-11-01T00:00:01Z", problem };
const configured = {
  ...{ name: "monthly", workspace_id: 7, report: "profitability/projects", formats: ["csv"], time_zone: "UTC" },
  ...{ period: "previous-month", week_start: "monday", settle_days: 0, refresh_previous: 0, previous_period: "none" },
  ...{ cron: "0 6 3 * ? *", enabled: true, parameters: { currency: "usd" } },
};
let api: Listening;
const answers: readonly (readonly [RegExp, number, () => unknown])[] = [
  [/^GET \/link/, 200, () => content],
  [/^POST \/control/, 200, () => ({})],
  [/^GET .*\/exports\/.*FAILED$/, 200, () => failed],
  [/^GET \/broken\/.*\/exports\/\w+$/, 200, () => ({ ...published(), download_url: `${api.url}/nowhere` })],
  [/^GET .*\/exports\/\w+$/, 200, published],
  [/^GET .*\/exports/, 200, () => ({ exports: [queued, failed], unreadable: ["x"], next_cursor: "c" })],
  [/^GET .*\/schedules$/, 200, () => ({ schedules: [{ ...configured, next_run_at: "2026-12-03T06:00:00Z" }] })],
  [/^GET .*\/names$/, 200, () => ({ projects: { 1: "App" }, users: {} })],
  [/^POST .*\/runs$/, 202, () => ({ schedule: "monthly", occurrence: "2026-11-03T06:00:00Z", exports: [queued] })],
  [/^POST .*\/(rebuild|accept-columns)$/, 202, () => ({ schedule: "monthly" })],
  [/^POST .*\/data_trends\/projects$/, 200, () => [{ project_id: 1, current_period_seconds: [60, null] }]],
  [/^POST .*\/trends\/projects.csv$/, 201, published],
  [/^POST .*\/profitability\/employees.csv$/, 429, () => problem],
  [/^POST .*\.csv$/, 202, () => queued],
];

const folder = mkdtempSync(join(tmpdir(), "json-results-"));
const env = { LOCAL_DATA_DIR: folder, INSIGHTS_CONFIG: "" };

beforeAll(async () => {
  const server = createServer((request, response) => {
    const line = `${request.method} ${request.url}`;
    request.resume().on("end", () => {
      const [, status = 404, answer = () => problem] = answers.find(([asks]) => asks.test(line)) ?? [];
      const body = answer();
      response.writeHead(status, { "retry-after": "60" }).end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  api = await listenOnLoopback(server, 0);
  writeFileSync(join(folder, "running.json"), JSON.stringify({ url: api.url, control_url: `${api.url}/control` }));
  env.INSIGHTS_CONFIG = configFile({
    workspaces: [{ id: 7, name: "Acme", token_secret: "toggl/acme" }],
    schedules: [{ name: "monthly", workspace_id: 7, report: "profitability/projects", formats: ["csv"] }].map(
      (one) => ({
        ...one,
        ...{ cron: "0 6 3 * ? *", time_zone: "UTC", period: "previous-month", parameters: { currency: "usd" } },
      }),
    ),
  });
});
afterAll(() => api.close());

const json = (words: string) => runWords([...words.split(" "), "--json"], env);
const at = (words: string) => `${words} --workspace 7 --api ${api.url}`;
const october = "--from 2026-10-01 --to 2026-10-31";
const out = () => join(mkdtempSync(join(tmpdir(), "json-")), "file.csv");

describe("docs/command-line.schema.json", () => {
  it("is what the code says (npm run schema writes it)", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    expect(readFileSync("docs/command-line.schema.json", "utf8")).toBe(commandJsonSchema(version));
  });

  it("has every command that gives a result: not what serves, and not what a shell evaluates", () => {
    const without = ["start", "completion"];
    expect(Object.keys(resultSchemas).sort()).toEqual(commandNames.filter((name) => !without.includes(name)).sort());
  });

  it("is held to what each command prints, by a test", () => {
    const tests = readdirSync("test/cli", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const text = tests.map((file) => readFileSync(join("test/cli", file), "utf8")).join("\n");
    const held = Array.from(
      text.matchAll(/misfits\("([\w-]+)"|^ {4}\["([\w-]+)[ "]/gm),
      ([, one, other]) => one ?? other,
    );
    expect(Object.keys(resultSchemas).filter((name) => !held.includes(name))).toEqual([]);
  });

  it("has nothing fit that is none of it", () => {
    expect(misfits("exports", "[]")).toEqual(["it is no object"]);
    expect(misfits("schedules", '{"schedule":[]}')).toEqual([" must have required property 'schedules'"]);
    expect(misfits("failure", '{"detail":"x"}')).toEqual([" must have required property 'code'"]);
    expect(misfits("run", "{}")).not.toEqual([]);
    expect(misfits("trends", '{"startDate":"2026-10-01"}')).toContain("startDate");
  });
});

describe("what a command prints with --json is an object of its shape", () => {
  it.each<[string, () => string]>([
    ["export", () => `${at(`export profitability/projects ${october} --currency usd`)} --out ${out()}`],
    ["export", () => at(`export profitability/projects ${october} --currency usd --no-wait`)],
    ["trends", () => at(`trends ${october}`)],
    ["trends", () => at(`trends ${october} --compare none`)],
    ["exports", () => at("exports")],
    ["download", () => `${at(`download ${id}`)} --out ${out()}`],
    ["download", () => at("download FAILED")],
    ["schedules", () => at("schedules")],
    ["run", () => at("run monthly")],
    ["run", () => at("run monthly --no-wait")],
    ["backfill", () => at("backfill monthly --from 2026-09 --to 2026-09 --dry-run")],
    ["backfill", () => at("backfill monthly --from 2026-09 --to 2026-09")],
    ["rebuild", () => at("rebuild monthly")],
    ["accept-columns", () => at("accept-columns monthly")],
    ["doctor", () => at("doctor")],
    ["doctor", () => "doctor --api http://127.0.0.1:1024"],
    ["tick", () => "tick monthly --at 2026-11-03T06:00:00Z"],
  ])("%s", async (name, words) => {
    const { stdout, stderr } = await json(words());
    expect({ stderr, misfits: misfits(name, stdout) }).toEqual({ stderr: "", misfits: [] });
  });

  it("console", async () => {
    const words = [resolve("dist/toggl-insights.mjs"), "console", "-w", "7", "--port", "0", "--api", api.url, "--json"];
    const child = spawn(process.execPath, words, { env: { PATH: process.env.PATH ?? "" }, cwd: folder });
    const [said] = (await once(child.stdout, "data")) as [Buffer];
    child.kill("SIGINT");
    await once(child, "close");
    expect(misfits("console", said.toString())).toEqual([]);
    expect(JSON.parse(said.toString())).toEqual({ url: expect.stringMatching(/^http:\/\/127/), api: api.url });
  });
});

describe("a failure with --json is an object with a code", () => {
  it.each(commandNames)("of %s", async (name) => {
    const { stdout, stderr, status } = await json(`${name} --colour blue`);
    expect({ stdout, status, misfits: misfits("failure", stderr) }).toEqual({ stdout: "", status: 2, misfits: [] });
    expect(JSON.parse(stderr)).toMatchObject({
      code: "usage",
      detail: expect.stringMatching(/^(There is no flag --|Say which )/),
    });
  });

  it.each<[string, string, () => string, Record<string, string | undefined>]>([
    ["usage", "a command that there is not", () => "exprot", {}],
    ["usage", "a value that there is not", () => at("exports --status lost"), {}],
    ["usage", "a flag without its value", () => at("exports --limit"), {}],
    ["usage", "days the wrong way round", () => at("backfill monthly --from 2026-03 --to 2026-01"), {}],
    ["usage", "an environment that does not fit", () => "exports", { TOGGL_INSIGHTS_WORKSPACE: "acme" }],
    [
      "configuration_invalid",
      "a configuration that does not fit",
      () => "tick monthly",
      { INSIGHTS_CONFIG: "package.json" },
    ],
    ["not_found", "a schedule that there is not", () => "tick nope", {}],
    ["no_answer", "nothing that answers", () => "exports -w 7 --api http://127.0.0.1:1024", {}],
    [
      "download_failed",
      "a link that leads nowhere",
      () => `download ${id} --workspace 7 --api ${api.url}/broken --out ${out()}`,
      {},
    ],
    [
      "toggl_quota_exhausted",
      "the API's own",
      () => at(`export profitability/employees ${october} --currency usd`),
      {},
    ],
    [
      "region_missing",
      "no region",
      () => "exports -w 7 --stack One",
      { AWS_REGION: undefined, AWS_CONFIG_FILE: "/dev/null" },
    ],
  ])("%s: %s", async (code, _, words, more) => {
    const { stdout, stderr, status } = await runWords([...words().split(" "), "--json"], { ...env, ...more });
    expect({ stdout, misfits: misfits("failure", stderr) }).toEqual({ stdout: "", misfits: [] });
    expect(JSON.parse(stderr)).toMatchObject({ code, detail: expect.stringMatching(/^\S.{10,}\S$/) });
    expect(JSON.parse(stderr).detail).not.toMatch(/Invalid values|Argument:|\n/);
    if (code in ownFailures) expect(status).toBe(ownFailures[code as keyof typeof ownFailures]);
  });

  it("says how long to wait where the API does", () => {
    const error = new ApiProblem(429, problem as never, 133);
    expect(failureJson(error)).toEqual({ ...problem, retry_after_seconds: 133 });
    expect(misfits("failure", JSON.stringify(failureJson(error)))).toEqual([]);
    expect(misfits("failure", JSON.stringify(failureJson(foreignAnswer(502))))).toEqual([]);
  });

  it.each([
    [new Stopped("Stopped: nothing was done."), "stopped", exitCodes.stopped],
    [Object.assign(new Error("x"), { name: "CredentialsProviderError" }), "aws_identity_refused", exitCodes.refused],
    [new TypeError("x"), "unexpected", exitCodes.failed],
  ])("also where the command was stopped, has no identity, or did not see it coming: %s", (error, code, status) => {
    expect(failureJson(error)).toMatchObject({ code });
    expect(exitCodeOf(error)).toBe(status);
  });
});
